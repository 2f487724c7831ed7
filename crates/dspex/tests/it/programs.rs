//! Programs as people write them: that they compile is the test, so none of them runs.
#![expect(dead_code, clippy::print_stdout, reason = "nothing here runs")]

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use dspex::llm::LmErrorKind;
use dspex::prelude::*;
use dspex::{Adapter, CallErrorKind, CallEvent, ChainOfThought};
use serde::{Deserialize, Serialize};

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

async fn hello() -> dspex::Result<()> {
    let dspex = Dspex::from_config("dspex.toml").await?;
    let context = vec!["Returns go to Leeds.".into()];
    let ask = Ask { question: "Where do returns go?".into(), context };
    let reply = dspex.predict::<Ask>().call(ask).await?;
    println!("{} ({:.0}%)", reply.answer, reply.confidence * 100.0);
    let meta = reply.meta();
    println!("{} with {} in {:?} for {}", meta.engine, meta.lm, meta.timing.total, meta.cost);
    Ok(())
}

#[derive(FieldType)]
struct Sourced {
    answer: String,
    sources: Vec<String>,
}

async fn signature_at_run_time(dspex: Dspex) -> dspex::Result<()> {
    let signature = Signature::parse("question, k: int -> answer, sources: list[str]")?;
    let signature = signature.with_instructions("Cite your sources.");
    let inputs = fields! { "question" => "Who wrote Emma?", "k" => 3 };
    let reply = dspex.predict_with(signature).call(inputs).await?;
    let sources: Vec<String> = reply.get("sources")?;
    println!("{} from {}", reply["answer"], sources.join(", "));
    let typed: Sourced = reply.to()?;
    println!("{} {:?}", typed.answer, typed.sources);
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

async fn tools(dspex: Dspex, shop: Arc<Shop>, ask: Ask, request: String) -> dspex::Result<()> {
    let thought = dspex.chain_of_thought::<Ask>().call(ask).await?;
    println!("{}\n=> {}", thought.reasoning, thought.answer);
    let postage = |parcel: Parcel| async move { f64::from(parcel.grams) / 100.0 };
    let helper = dspex
        .react::<GetHelp>([
            find_order::tool(shop.clone()),
            Tool::new("postage", "Price of sending a parcel.", postage),
            Tool::python("shop_tools.search_manual"),
        ])
        .max_iters(8);
    let reply = helper.call(GetHelp { request }).await?;
    println!("{}", reply.reply);
    for step in &reply.trajectory {
        println!("{} {:?} -> {}", step.tool, step.arguments, step.observation);
    }
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

async fn extraction(dspex: Dspex, document: String) -> dspex::Result<()> {
    let read = dspex
        .predict::<ReadInvoice>()
        .adapter(Adapter::Json)
        .ensure("the total is the sum of the lines", |invoice: &Invoice| {
            let lines: f64 = invoice.lines.iter().map(|line| line.price).sum();
            (invoice.total - lines).abs() < 0.005
        })
        .ask_again(2);
    let mut events = read.call(ReadInvoice { document }).stream();
    while let Some(event) = events.next().await {
        match event? {
            CallEvent::Partial(so_far) => println!("{}", so_far.finished::<Line>("lines").len()),
            CallEvent::Done(invoice) => println!("{}", invoice.total),
            _ => {}
        }
    }
    Ok(())
}

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

async fn failed_pipeline(triage: Pipeline<Parcel, Order>, parcel: Parcel) {
    if let Err(error) = triage.run(parcel).await {
        let so_far: Option<Order> = error.partial().to().ok();
        println!("{} failed: {}; so far: {}", error.stage(), error.cause(), so_far.is_some());
    }
}
