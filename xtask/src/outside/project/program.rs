//! The README's first program, with a model of this machine, and a module that Python runs.

use dspex::llm::OpenAi;
use dspex::prelude::*;
use dspex::python::PythonConfig;

/// Answer the question from the context.
#[derive(Signature)]
#[signature(output = Answer)]
struct Ask {
    question: String,
    context: Vec<String>,
}

#[derive(FieldType)]
struct Answer {
    answer: String,
}

#[tokio::main]
async fn main() -> dspex::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (base_url, venv) = (arguments.next().unwrap(), arguments.next().unwrap());
    let model = OpenAi::new("rule-based").base_url(base_url).no_key();
    let python = PythonConfig::venv(venv);
    let dspex = Dspex::builder().lm("default", model).python(python).start().await?;

    let ask = || Ask {
        question: "Where do returns go?".into(),
        context: vec!["Parcels leave from York.".into(), "Returns go to Leeds.".into()],
    };
    let reply = dspex.predict::<Ask>().call(ask()).await?;
    println!("{}: {}", reply.meta().engine, reply.answer);
    let reply = dspex.module::<Ask>("dspy.ChainOfThought").call(ask()).await?;
    println!("{}: {}", reply.meta().engine, reply.answer);
    Ok(())
}
