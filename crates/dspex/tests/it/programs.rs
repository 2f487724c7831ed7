//! Programs as people write them.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use dspex::llm::{LmErrorKind, ScriptedModel};
use dspex::prelude::*;
use dspex::python::{PoolConfig, PythonConfig};
use dspex::{
    Adapter, CallErrorKind, CallEvent, Capability, ChainOfThought, Program, TypedSignature as _,
    VirtualClock,
};
use dspex_signature::PredictorState;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::task::JoinSet;

/// Answer the question from the context.
#[derive(Signature, Deserialize)]
#[signature(output = Answer)]
pub(crate) struct Ask {
    pub(crate) question: String,
    pub(crate) context: Vec<String>,
}

#[derive(FieldType, Serialize)]
pub(crate) struct Answer {
    pub(crate) answer: String,
    /** between 0 and 1 */
    #[field(ge = 0.0, le = 1.0)]
    pub(crate) confidence: f64,
}

fn ask() -> Ask {
    Ask { question: "Where do returns go?".into(), context: vec!["Returns go to Leeds.".into()] }
}

fn said(outputs: &[(&str, &str)]) -> String {
    let said = |(name, text): &(&str, &str)| format!("[[ ## {name} ## ]]\n{text}\n\n");
    outputs.iter().map(said).collect::<String>() + "[[ ## completed ## ]]"
}

async fn with(model: &ScriptedModel) -> Dspex {
    let builder = Dspex::builder().lm("default", model.clone()).no_python();
    builder.start().await.expect("a model suffices")
}

/// A server of OpenAI's protocol that always writes `content`.
async fn server(content: String) -> (String, JoinSet<()>) {
    let completion = move || {
        let choice = json!({ "message": { "content": content }, "finish_reason": "stop" });
        let usage = json!({ "prompt_tokens": 90, "completion_tokens": 12 });
        let answer = Json(json!({ "choices": [choice], "usage": usage }));
        async move { answer }
    };
    serve(Router::new().route("/v1/chat/completions", post(completion))).await
}

/// Serves on a free port of this machine, as long as the task is kept.
async fn serve(app: Router) -> (String, JoinSet<()>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    let mut served = JoinSet::new();
    served.spawn(async move {
        let _ = axum::serve(listener, app).await;
    });
    (format!("http://{address}"), served)
}

/// 1. Hello.
#[tokio::test(flavor = "current_thread")]
async fn hello() -> dspex::Result<()> {
    let (address, _served) = server(said(&[("answer", "Leeds"), ("confidence", "0.9")])).await;
    let directory = tempfile::tempdir().expect("there is room");
    let path = directory.path().join("dspex.toml");
    let file = format!(
        "[lm.default]\nmodel = \"vllm/house-7b\"\nbase_url = \"{address}/v1\"\n\
         price_usd_per_million = {{ input = 1.0, output = 5.0 }}\n[python]\nenabled = false\n"
    );
    std::fs::write(&path, file).expect("the directory is ours");

    let dspex = Dspex::from_config(path).await?;
    let reply = dspex.predict::<Ask>().call(ask()).await?;
    assert_eq!(format!("{} ({:.0}%)", reply.answer, reply.confidence * 100.0), "Leeds (90%)");
    let meta = reply.meta();
    let told = format!("{} with {} for {}", meta.engine, meta.lm, meta.cost);
    assert_eq!(told, "native with vllm/house-7b for 0.000150 USD");
    assert!(meta.timing.total >= meta.timing.lm);
    Ok(())
}

#[derive(FieldType)]
struct Sourced {
    answer: String,
    sources: Vec<String>,
}

/// 2. A signature that arrives at run time.
#[tokio::test]
async fn signature_at_run_time() -> dspex::Result<()> {
    let model =
        ScriptedModel::new().text(said(&[("answer", "Jane Austen"), ("sources", "[\"title\"]")]));
    let dspex = with(&model).await;
    let signature = Signature::parse("question, k: int -> answer, sources: list[str]")?;
    let signature = signature.with_instructions("Cite your sources.");
    let inputs = fields! { "question" => "Who wrote Emma?", "k" => 3 };
    let reply = dspex.predict_with(signature).call(inputs).await?;
    let sources: Vec<String> = reply.get("sources")?;
    assert_eq!(
        format!("{} from {}", reply["answer"], sources.join(", ")),
        "Jane Austen from title"
    );
    let typed: Sourced = reply.to()?;
    assert_eq!((typed.answer.as_str(), typed.sources.len()), ("Jane Austen", 1));
    Ok(())
}

struct Shop;

#[derive(Debug)]
struct ShopError;

impl fmt::Display for ShopError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("there is no such order")
    }
}

#[derive(FieldType)]
struct Order {
    item: String,
}

#[derive(FieldType)]
struct Parcel {
    grams: u32,
}

impl Shop {
    async fn order(&self, number: &str) -> Result<Order, ShopError> {
        std::future::ready(()).await;
        if number.is_empty() { Err(ShopError) } else { Ok(Order { item: number.to_owned() }) }
    }
}

/// Look an order up.
#[tool]
async fn find_order(
    shop: &Shop,
    /** as printed on the invoice: `A-1042` */
    number: String,
) -> Result<Order, ShopError> {
    shop.order(&number).await
}

/// Help the customer.
#[derive(Signature)]
#[signature(output = Help)]
struct GetHelp {
    request: String,
}

#[derive(FieldType)]
struct Help {
    reply: String,
}

const SHOP_TOOLS: &str = r#"
def search_manual(query: str) -> str:
    """Search the manual."""
    return f"See page 7 for {query}."
"#;

/// 3. ChainOfThought, ReAct and tools.
#[tokio::test]
async fn tools() -> dspex::Result<()> {
    let act = |tool: &str, arguments: &str| {
        said(&[("next_thought", "hm"), ("next_tool_name", tool), ("next_tool_args", arguments)])
    };
    let model = ScriptedModel::new()
        .text(said(&[("reasoning", "It says so."), ("answer", "Leeds"), ("confidence", "1.0")]))
        .text(act("find_order", r#"{"number": "A-1042"}"#))
        .text(act("find_order", r#"{"number": ""}"#))
        .text(act("postage", r#"{"parcel": {"grams": 500}}"#))
        .text(act("postage", r#"{"grams": 500}"#))
        .text(act("search_manual", r#"{"query": "refund"}"#))
        .text(act("finish", "{}"))
        .text(said(&[("reasoning", "r"), ("reply", "It costs 5.")]));
    let directory = tempfile::tempdir().expect("there is room");
    std::fs::write(directory.path().join("shop_tools.py"), SHOP_TOOLS).expect("it is ours");
    let python = PythonConfig::venv(crate::python::venv())
        .allow(["dspy", "shop_tools"])
        .search(directory.path());
    let builder = Dspex::builder().lm("default", model.clone()).python(python);
    let dspex = builder.pool("general", PoolConfig::workers(1..=1)).start().await?;
    let thought = dspex.chain_of_thought::<Ask>().call(ask()).await?;
    assert_eq!(format!("{} => {}", thought.reasoning, thought.answer), "It says so. => Leeds");

    let shop = Arc::new(Shop);
    let postage = |parcel: Parcel| async move { f64::from(parcel.grams) / 100.0 };
    let helper = dspex
        .react::<GetHelp>([
            find_order::tool(shop.clone()),
            Tool::new("postage", "Price of sending a parcel.", postage),
            Tool::python("shop_tools.search_manual"),
        ])
        .max_iters(8);
    let reply = helper.call(GetHelp { request: "What does A-1042 cost to send?".into() }).await?;
    assert_eq!(reply.reply, "It costs 5.");
    let steps: Vec<_> = reply
        .trajectory
        .iter()
        .map(|step| {
            format!("{} {} -> {}", step.tool, Value::from(step.arguments.clone()), step.observation)
        })
        .collect();
    assert_eq!(
        steps,
        [
            "find_order {'number': 'A-1042'} -> {'item': 'A-1042'}",
            "find_order {'number': ''} -> Execution error in find_order: \nthere is no such order",
            "postage {'parcel': {'grams': 500}} -> Execution error in postage: \n`postage` takes no `parcel`",
            "postage {'grams': 500} -> 5.0",
            "search_manual {'query': 'refund'} -> See page 7 for refund.",
            "finish {} -> Completed.",
        ]
    );
    Ok(())
}

/// A type of another crate.
#[derive(Debug)]
struct Url(String);

impl FromStr for Url {
    type Err = fmt::Error;

    fn from_str(text: &str) -> Result<Self, fmt::Error> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Url {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/** Read the invoice. */
#[derive(Signature)]
#[signature(output = Invoice)]
struct ReadInvoice {
    document: String,
}

#[derive(FieldType)]
struct Invoice {
    #[field(pattern = "^[A-Z]-[0-9]+$")]
    number: String,
    #[field(min_length = 1)]
    lines: Vec<Line>,
    total: f64,
    payment: Payment,
}

#[derive(FieldType)]
struct Line {
    item: String,
    #[field(ge = 1)]
    quantity: u32,
    price: f64,
    #[field(text)]
    page: Option<Url>,
}

#[derive(FieldType)]
#[field(tag = "method")]
enum Payment {
    Card { last_four: String },
    Transfer { iban: String },
    Cash,
}

/// 4. Structured extraction, validated and streamed.
#[tokio::test]
async fn extraction() -> dspex::Result<()> {
    let invoice = |total: f64| {
        let line = |price| json!({ "item": "lamp", "quantity": 1, "price": price, "page": null });
        let (payment, lines) = (json!({ "method": "Cash" }), [line(20.0), line(10.5)]);
        let invoice =
            json!({ "number": "A-1042", "lines": lines, "total": total, "payment": payment });
        invoice.to_string()
    };
    let model = ScriptedModel::new().text(invoice(30.0)).text(invoice(30.5));
    let dspex = with(&model).await;
    let read = dspex
        .predict::<ReadInvoice>()
        .adapter(Adapter::Json)
        .ensure("the total is the sum of the lines", |invoice: &Invoice| {
            let lines: f64 = invoice.lines.iter().map(|line| line.price).sum();
            (invoice.total - lines).abs() < 0.005
        })
        .ask_again(2);
    let mut events = read.call(ReadInvoice { document: "Invoice A-1042 ...".into() }).stream();
    let (mut n_lines, mut total) = (0, None);
    while let Some(event) = events.next().await {
        match event? {
            CallEvent::Partial(so_far) => n_lines = so_far.finished::<Line>("lines").len(),
            CallEvent::Done(invoice) => total = Some(invoice.total),
            _ => {}
        }
    }
    assert_eq!((n_lines, total, model.requests().len()), (2, Some(30.5), 2));
    let hint = model.requests()[1].messages[1].text().into_owned();
    assert!(hint.contains("the total is the sum of the lines"), "{hint}");
    Ok(())
}

/// 5. Serve a program optimised in Python; watch it in the shadow.
#[tokio::test]
async fn service() -> dspex::Result<()> {
    let directory = tempfile::tempdir().expect("there is room");
    let path = directory.path().join("ask.json");
    let signature = Ask::signature().clone().with_reasoning().with_instructions("Answer kindly.");
    let program = Program::of([("predict", PredictorState::of(&signature))])?;
    std::fs::write(&path, program.to_json()).expect("the directory is ours");

    let model = ScriptedModel::new().text(said(&[
        ("reasoning", "r"),
        ("answer", "Leeds"),
        ("confidence", "0.9"),
    ]));
    let dspex = crate::python::dspex(&model).await;
    let ask: ChainOfThought<Ask> = dspex.chain_of_thought::<Ask>().load(path)?.shadow(1.0);
    assert!(matches!(ask.capability(), Capability::Delegates(_)), "{}", ask.choice());
    let watched = ask.clone();
    async fn answer(
        State(ask): State<ChainOfThought<Ask>>,
        Json(body): Json<Ask>,
    ) -> Result<Json<Answer>, StatusCode> {
        let reply = ask.call(body).within(Duration::from_secs(10)).await;
        let reply = reply.map_err(|error| error.status_code())?;
        Ok(Json(reply.into_inner().into_inner()))
    }
    let app: Router = Router::new().route("/ask", post(answer)).with_state(ask);
    let (address, _served) = serve(app).await;

    let asked = json!({ "question": "Where do returns go?", "context": ["Leeds."] });
    assert_eq!(
        post_to(&address, &asked).await,
        (200, r#"{"answer":"Leeds","confidence":0.9}"#.into())
    );
    crate::shadows::is_compared(&watched).await;
    // The script has ended: the model refuses, and the service is told so.
    assert_eq!(post_to(&address, &asked).await.0, 502);
    assert!(model.requests()[0].messages[0].text().contains("Answer kindly."));
    Ok(())
}

/// Posts JSON to `/ask`; the status and the body.
async fn post_to(address: &str, body: &serde_json::Value) -> (u16, String) {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let body = body.to_string();
    let request = format!(
        "POST /ask HTTP/1.0\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let address = address.trim_start_matches("http://");
    let mut stream = tokio::net::TcpStream::connect(address).await.expect("it listens");
    stream.write_all(request.as_bytes()).await.expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("it writes");
    let (head, body) = answer.split_once("\r\n\r\n").expect("an answer has a head");
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    (status.expect("a head has a status"), body.to_owned())
}

/// 17. Testing your program: unsure answers are asked for again, and a limit of the rate is waited for,
/// on a clock that jumps ahead when everyone sleeps.
#[tokio::test]
async fn unsure_answers_are_retried() -> dspex::Result<()> {
    let clock = VirtualClock::auto();
    let model = ScriptedModel::new()
        .answer(|ask: Ask| Answer { answer: format!("{}?", ask.question), confidence: 0.4 })
        .fail(LmErrorKind::RateLimited)
        .answer(|_: Ask| Answer { answer: "Leeds".into(), confidence: 0.9 });
    let builder = Dspex::builder().lm("default", model.clone()).no_python();
    let dspex = builder.clock(clock.clone()).seed(7).start().await?;
    let ask = dspex
        .predict::<Ask>()
        .ensure("confidence is at least one half", |reply| reply.confidence >= 0.5)
        .ask_again(1);
    assert_eq!(ask.call(self::ask()).await?.answer, "Leeds");
    assert_eq!(model.requests().len(), 3); // unsure, rate limited, sure
    assert!(clock.elapsed() > Duration::ZERO); // the retry waited, the test did not
    Ok(())
}

/// That the last two compile is their test.
#[expect(dead_code, clippy::print_stdout, reason = "nothing below runs")]
async fn errors(ask: ChainOfThought<Ask>, input: Ask) {
    match ask.call(input).within(Duration::from_secs(3)).await {
        Ok(reply) => println!("{}", reply.answer),
        Err(error) => match error.kind() {
            CallErrorKind::Parse { missing, .. } => {
                println!("no {missing:?} in the completion, got {:?}", error.partial());
            }
            CallErrorKind::Lm(lm) if lm.kind == LmErrorKind::ContextTooLong => {
                println!("{} read too much", lm.provider);
            }
            CallErrorKind::Python(raised) => {
                println!("{}: {}\n{}", raised.type_name, raised.message, raised.traceback);
            }
            CallErrorKind::Overloaded { retry_after, .. } => {
                tokio::time::sleep(*retry_after).await;
            }
            _ if error.is_retryable() => println!("try again after {:?}", error.retry_after()),
            _ => {
                let hint = error.hint().unwrap_or("none");
                println!("{error}\nhint: {hint}\ntried: {:?}", error.path());
            }
        },
    }
}

#[expect(dead_code, clippy::print_stdout, reason = "nothing below runs")]
async fn failed_pipeline(triage: Pipeline<Parcel, Order>, parcel: Parcel) {
    if let Err(error) = triage.run(parcel).await {
        let so_far: Option<Order> = error.partial().to().ok();
        println!("{} failed: {}; so far: {}", error.stage(), error.cause(), so_far.is_some());
    }
}
