//! Running all tickets, and what came of each.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context;
use dspex::{CallError, CallErrorKind, Completed, Pipeline, PipelineError};
use futures_util::StreamExt;
use serde_json::{Map, Value, json};

use crate::tickets::Tickets;
use crate::{Ticket, Triaged, progress};

/// What came of each ticket, in the order of the file.
pub(crate) struct Results {
    pub(crate) of_tickets: Vec<(String, Result<Triaged, PipelineError>)>,
    pub(crate) took: Duration,
}

/// Runs the tickets, `at_most` at a time.
///
/// A ticket that fails is one result and the others go on; but while none has succeeded, a model
/// that cannot be reached or refuses its key ends it all, because the others would fare the same.
pub(crate) async fn run(
    triage: &Pipeline<Ticket, Triaged>,
    tickets: Vec<Ticket>,
    at_most: usize,
) -> anyhow::Result<Results> {
    let started = Instant::now();
    let bar = progress::bar(tickets.len());
    let mut ids = tickets.iter().map(|ticket| ticket.id.clone()).collect::<Vec<_>>().into_iter();
    let inputs = futures_util::stream::iter(tickets);
    let mut outputs = triage.run_all(inputs).at_most(at_most).ordered().stream();
    let mut of_tickets = Vec::new();
    let mut n_failed = 0;
    while let (Some(output), Some(id)) = (outputs.next().await, ids.next()) {
        if let Err(error) = &output {
            n_failed += 1;
            if n_failed > of_tickets.len()
                && let Some(reason) = fatal(error)
            {
                bar.finish_and_clear();
                anyhow::bail!("{reason}");
            }
        }
        of_tickets.push((id, output.map(Completed::into_inner)));
        bar.set_message(format!("{n_failed} failed"));
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(Results { of_tickets, took: started.elapsed() })
}

/// The error's chain and its hint, where every ticket would meet it.
fn fatal(error: &PipelineError) -> Option<String> {
    let call: &CallError = error.cause().downcast_ref()?;
    let CallErrorKind::Lm(lm) = call.kind() else { return None };
    let is_fatal = matches!(
        lm.kind.name(),
        "unreachable" | "unauthorized" | "missing_key" | "not_configured" | "refused"
    );
    is_fatal.then(|| format!("{}{}", chain(error), hint(call)))
}

fn hint(error: &CallError) -> String {
    error.hint().map(|hint| format!("\n  hint: {hint}")).unwrap_or_default()
}

/// An error with its causes, on one line.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

impl Results {
    /// How many tickets have no result.
    pub(crate) fn n_failed(&self) -> usize {
        self.of_tickets.iter().filter(|(_, result)| result.is_err()).count()
    }

    /// Writes one JSON object to a line; a ticket without a result has `error` and `partial`.
    pub(crate) fn write(&self, path: &Path) -> anyhow::Result<()> {
        let mut text = String::new();
        for (id, result) in &self.of_tickets {
            let line = match result {
                Ok(triaged) => serde_json::to_value(triaged)?,
                Err(error) => failed(id, error),
            };
            text.push_str(&line.to_string());
            text.push('\n');
        }
        let directory = path.parent().filter(|directory| !directory.as_os_str().is_empty());
        let written = match directory {
            Some(directory) => fs::create_dir_all(directory).and_then(|()| fs::write(path, text)),
            None => fs::write(path, text),
        };
        written.with_context(|| format!("cannot write `{}`", path.display()))
    }

    /// 1 if a ticket has no result, or, with `strict`, if a line was not a ticket.
    pub(crate) fn exit_code(&self, tickets: &Tickets, strict: bool) -> ExitCode {
        match self.n_failed() > 0 || (strict && tickets.n_malformed > 0) {
            true => ExitCode::FAILURE,
            false => ExitCode::SUCCESS,
        }
    }
}

fn failed(id: &str, error: &PipelineError) -> Value {
    let json = |value: &dspex::Value| serde_json::from_str(&value.to_json()).unwrap_or_default();
    let partial = error.partial().iter().map(|(name, value)| (name.to_string(), json(value)));
    json!({ "id": id, "error": chain(error), "partial": partial.collect::<Map<_, _>>() })
}
