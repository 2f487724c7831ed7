//! What people read at the end: the tickets, the stages, a summary.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use comfy_table::{ContentArrangement, Table, presets};
use dspex::telemetry::{Event, EventSink};
use dspex::{Choice, Dspex, Report, StageReport};

use crate::options::Options;
use crate::results::{Results, chain};
use crate::tickets::Tickets;
use crate::{Modules, Triaged};

/// How wide a table may be, in characters; longer cells wrap.
const N_COLUMNS: u16 = 140;

/// Python workers that ended while they had work, and the calls that others took over.
#[derive(Debug, Default)]
pub(crate) struct Workers {
    lost: Mutex<Vec<String>>,
    n_retried: AtomicUsize,
}

impl EventSink for Workers {
    fn accept(&self, event: &Event) {
        match event {
            Event::WorkerExited { pid, reason, in_flight, .. } if *in_flight > 0 => {
                let mut lost = self.lost.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                lost.push(format!("worker {pid} {reason} with {in_flight} calls in flight"));
            }
            Event::CallRetried { .. } => {
                self.n_retried.fetch_add(1, Ordering::Relaxed);
            }
            _ => {}
        }
    }
}

/// One row for each ticket.
pub(crate) fn table(results: &Results) -> Table {
    let mut table = new_table(["ticket", "topic", "urgency", "mood", "team", "within", "reply"]);
    for (id, result) in &results.of_tickets {
        match result {
            Ok(triaged) => table.add_row(row(triaged)),
            Err(error) => {
                let [none, why] = ["-".to_owned(), format!("failed: {}", chain(error))];
                table.add_row([id, &none, &none, &none, &none, &none, &why])
            }
        };
    }
    table
}

fn row(triaged: &Triaged) -> [String; 7] {
    [
        triaged.id.clone(),
        format!("{:?}", triaged.topic),
        triaged.urgency.to_string(),
        triaged.mood.map_or_else(|| "-".to_owned(), |mood| format!("{mood:?}")),
        format!("{:?}", triaged.team),
        format!("{} h", triaged.answer_within_hours),
        shortened(&triaged.reply, 72),
    ]
}

/// One row for each stage: where it ran, what it cost, and why there.
pub(crate) fn stages(report: &Report, modules: &Modules, workers: &Workers) -> String {
    let choices = BTreeMap::from([
        ("sort", modules.sort.choice()),
        ("find", modules.find.choice()),
        ("assess", modules.assess.choice()),
        ("reply", modules.reply.choice()),
    ]);
    let mut table = new_table([
        "stage",
        "ran on",
        "calls",
        "p50",
        "p95",
        "tokens in / out",
        "failed",
        "skipped",
        "fallbacks",
        "why there",
    ]);
    for stage in &report.stages {
        table.add_row(stage_row(stage, choices.get(stage.name.as_str())));
    }
    let mut text = format!("{table}\ncritical path: {}", report.critical_path.join(" -> "));
    let lost = workers.lost.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    for worker in lost.iter() {
        text.push_str(&format!("\nlost: {worker}"));
    }
    if !lost.is_empty() {
        let n_retried = workers.n_retried.load(Ordering::Relaxed);
        text.push_str(&format!("\n{n_retried} calls were given to another worker"));
    }
    text
}

fn stage_row(stage: &StageReport, choice: Option<&Choice>) -> [String; 10] {
    let places: Vec<String> =
        stage.ran_on.iter().map(|(place, calls)| format!("{place} {calls}")).collect();
    [
        stage.name.clone(),
        if places.is_empty() { "-".to_owned() } else { places.join(", ") },
        stage.calls.to_string(),
        milliseconds(stage.p50),
        milliseconds(stage.p95),
        format!("{} / {}", stage.input_tokens, stage.output_tokens),
        stage.failures.to_string(),
        stage.skipped.to_string(),
        stage.fallbacks.to_string(),
        choice.map_or_else(|| "a Rust function".to_owned(), ToString::to_string),
    ]
}

/// Failed calls by the kind of their error, a line for each module and engine that had any.
pub(crate) fn failures(dspex: &Dspex) -> String {
    let mut text = String::new();
    for (module, statistics) in dspex.statistics().snapshot() {
        for (engine, figures) in &statistics.engines {
            for (kind, n_calls) in &figures.failures {
                text.push_str(&format!(
                    "{module} on {engine}: {n_calls} calls failed with `{kind}`\n"
                ));
            }
        }
    }
    text
}

/// The closing lines.
pub(crate) fn summary(results: &Results, tickets: &Tickets, options: &Options) -> String {
    let n_failed = results.n_failed();
    format!(
        "{} tickets in {:.1?}: {} with a result, {n_failed} without; {} lines were not tickets\n\
         model: {}\nresults: {}",
        tickets.len(),
        results.took,
        results.of_tickets.len() - n_failed,
        tickets.n_malformed,
        options.model(),
        options.output.display(),
    )
}

fn new_table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(N_COLUMNS);
    table.set_header(header);
    table
}

fn shortened(text: &str, n_characters: usize) -> String {
    match text.chars().count() > n_characters {
        true => text.chars().take(n_characters - 1).chain(['…']).collect(),
        false => text.to_owned(),
    }
}

fn milliseconds(time: Option<Duration>) -> String {
    time.map_or_else(|| "-".to_owned(), |time| format!("{:.1} ms", time.as_secs_f64() * 1e3))
}
