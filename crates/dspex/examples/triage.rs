//! Triage of support tickets: two native modules and one of Python's side by side, then a branch
//! and a Rust function, over any number of tickets at once.
//!
//! `cargo xtask demo` sets Python up and runs it against an offline model. By hand:
//! `cargo run -p dspex --example triage -- --lm openai/gpt-4o-mini`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program prints")]

#[path = "triage/acknowledgement.rs"]
mod acknowledgement;
#[path = "triage/options.rs"]
mod options;
#[path = "triage/progress.rs"]
mod progress;
#[path = "triage/report.rs"]
mod report;
#[path = "triage/results.rs"]
mod results;
#[path = "triage/tickets.rs"]
mod tickets;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use dspex::prelude::*;
use dspex::{Pipeline, StageExt, pipeline};
use serde::{Deserialize, Serialize};

/// A ticket as it comes in, and what the pipeline starts from.
#[derive(Clone, Debug, Deserialize, FieldType)]
struct Ticket {
    id: String,
    text: String,
}

/// Sort a support ticket of an online shop.
#[derive(Signature)]
#[signature(output = Sorted)]
struct Sort {
    text: String,
}

#[derive(FieldType)]
struct Sorted {
    /// what the ticket is about
    topic: Topic,
    /// 1 can wait, 5 cannot
    #[field(ge = 1, le = 5)]
    urgency: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, FieldType, Serialize)]
enum Topic {
    Delivery,
    Refund,
    Fault,
    Billing,
    Account,
    Other,
}

/// Find the facts that a colleague needs before answering.
#[derive(Signature)]
#[signature(output = Found)]
struct FindFacts {
    text: String,
}

#[derive(FieldType)]
struct Found {
    facts: Facts,
    /// what the customer asks us to do, in the customer's words
    requests: Vec<String>,
}

#[derive(Clone, Debug, FieldType, Serialize)]
struct Facts {
    /// the order number, such as A-1042
    order: Option<String>,
    /// the amount of money the ticket is about
    amount: Option<f64>,
    /// the language of the ticket, as an ISO 639-1 code
    language: String,
}

/// Judge the customer's mood, and sum the ticket up in two sentences at most.
#[derive(Signature)]
#[signature(output = Assessment)]
struct Assess {
    text: String,
}

#[derive(FieldType)]
struct Assessment {
    mood: Mood,
    summary: String,
    /// how sure you are, between 0 and 1
    #[field(ge = 0.0, le = 1.0)]
    confidence: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, FieldType, Serialize)]
enum Mood {
    Angry,
    Worried,
    Neutral,
    Pleased,
}

/// Write to a customer whose ticket cannot wait, in the customer's language.
#[derive(Signature)]
#[signature(output = Draft)]
struct WriteReply {
    text: String,
    topic: Topic,
    summary: Option<String>,
}

#[derive(FieldType)]
struct Draft {
    reply: String,
}

/// Whether the ticket gets a reply of its own; wired like a stage.
fn is_urgent(sorted: &Sorted) -> bool {
    sorted.urgency >= 4
}

/// What the acknowledgement of a ticket that can wait depends on.
#[derive(FieldType)]
struct Acknowledged {
    text: String,
    facts: Facts,
}

/// Tells the customer that the ticket has arrived; no model is asked.
fn acknowledge(Acknowledged { text, facts }: Acknowledged) -> Draft {
    if text.trim().is_empty() {
        return Draft { reply: acknowledgement::EMPTY.to_owned() };
    }
    Draft { reply: acknowledgement::text(&facts.language, facts.order.as_deref()) }
}

/// What decides who answers, and by when.
#[derive(FieldType)]
struct Judged {
    topic: Topic,
    urgency: u8,
    mood: Option<Mood>,
}

#[derive(FieldType)]
struct Route {
    team: Team,
    answer_within_hours: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, FieldType, Serialize)]
enum Team {
    Logistics,
    Finance,
    Workshop,
    Security,
    Desk,
}

/// Rules of the house, in plain Rust.
fn route(Judged { topic, urgency, mood }: Judged) -> Route {
    let team = match topic {
        Topic::Delivery => Team::Logistics,
        Topic::Refund | Topic::Billing => Team::Finance,
        Topic::Fault => Team::Workshop,
        Topic::Account if urgency >= 4 => Team::Security,
        Topic::Account | Topic::Other => Team::Desk,
    };
    let hours = [120, 72, 48, 8, 2][usize::from(urgency.clamp(1, 5)) - 1];
    let is_cross = mood == Some(Mood::Angry);
    Route { team, answer_within_hours: if is_cross { hours / 2 } else { hours } }
}

/// What is known about a ticket in the end; what only Python finds out may be missing.
#[derive(Debug, FieldType, Serialize)]
struct Triaged {
    id: String,
    topic: Topic,
    urgency: u8,
    facts: Facts,
    requests: Vec<String>,
    mood: Option<Mood>,
    summary: Option<String>,
    confidence: Option<f64>,
    team: Team,
    answer_within_hours: u32,
    reply: String,
}

/// The modules of the pipeline, by the name of their stage.
struct Modules {
    sort: Predict<Sort>,
    find: Predict<FindFacts>,
    assess: Predict<Assess>,
    reply: Predict<WriteReply>,
}

impl Modules {
    fn new(dspex: &Dspex) -> Self {
        Self {
            sort: dspex.predict(),
            find: dspex.predict(),
            assess: dspex.module("dspy.ChainOfThought").named("Assess"),
            reply: dspex.predict(),
        }
    }
}

/// `sort`, `find` and `assess` read the ticket only, so they run at the same time.
fn triage(modules: &Modules) -> dspex::Result<Pipeline<Ticket, Triaged>> {
    let patience = Duration::from_secs(90);
    Ok(pipeline!(triage: Ticket => Triaged {
        sort = modules.sort.clone().attempts(2);
        find = modules.find.clone().attempts(2);
        assess = modules.assess.clone().attempts(3).within(patience).or_skip();
        reply = modules.reply.clone().attempts(2).when(is_urgent).otherwise(acknowledge);
        route = route;
    })?)
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = options::Options::parse();
    match run(&options).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &options::Options) -> anyhow::Result<ExitCode> {
    let tickets = tickets::read(&options.input)?;
    options.warn_without_python();
    let workers = Arc::new(report::Workers::default());
    let dspex = options.configure(Dspex::builder()).sink(workers.clone()).start().await?;
    let modules = Modules::new(&dspex);
    let triage = triage(&modules)?;
    println!("{} tickets, model {}\n{}", tickets.len(), options.model(), triage.plan());

    let results = results::run(&triage, tickets.valid.clone(), options.at_most).await;
    dspex.shutdown(Duration::from_secs(5)).await;
    let results = results?;
    results.write(&options.output)?;
    println!("\n{}", report::table(&results));
    println!("{}", report::stages(&triage.report(), &modules, &workers));
    print!("{}", report::failures(&dspex));
    println!("{}", report::summary(&results, &tickets, options));
    Ok(results.exit_code(&tickets, options.strict))
}
