//! The rows of the benchmark table: what is measured, beside whom, within which budget.

use std::time::Duration;

use super::figures::Figures;

/// One figure, and who does the same work in the same run.
pub(super) struct Row {
    /// The name of the criterion benchmark, under which peers keep their figures too.
    pub(super) id: &'static str,
    /// The group that `--only` chooses.
    pub(super) group: &'static str,
    /// The benchmark that measures it.
    pub(super) bench: Bench,
    /// Each is a line of the table; the first one also has the figure's own budget.
    pub(super) lines: &'static [Line],
}

/// A crate's file of benchmarks, or an example that prints figures.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Bench {
    pub(super) package: &'static str,
    pub(super) file: &'static str,
    /// What an example is asked for; empty for benchmarks.
    pub(super) words: &'static str,
    /// How often it is run, its figures each time compared with its peer's of the same time.
    pub(super) n_rounds: usize,
    /// A feature of the crate that it needs, beyond those that everything is built with.
    pub(super) feature: Option<&'static str>,
}

/// A figure beside one peer.
pub(super) struct Line {
    pub(super) peer: Peer,
    pub(super) budgets: &'static [Budget],
}

/// Who does the same work in the same run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Peer {
    /// Nobody: the budget is all there is to compare with.
    Nobody,
    /// DSPy, timed by `peer.py` in the project's Python environment.
    Dspy,
    /// Another way to a Python process, timed by `pools.py` there: its id, and what it is.
    Pools(&'static str, &'static str),
    /// dspy-rs, timed by `benches/peers` where `--peers` asks for it.
    DspyRs,
    /// Another benchmark of the same file: its id, and what it is.
    Bench(&'static str, &'static str),
    /// Whoever would do it in the least time that there is: how long, and why no less.
    Ideal(Duration, &'static str),
    /// Another benchmark, where a third one has both in turn: its id last. It tells how many times as long as the
    /// peer's the work takes, as seconds.
    InTurn(&'static str, &'static str, &'static str),
}

/// What a figure should keep within.
#[derive(Clone, Copy)]
pub(super) enum Budget {
    /// At most this many microseconds.
    Micros(f64),
    /// At most this many megabytes.
    Megabytes(f64),
    /// At least this many times as fast as the peer.
    TimesFaster(f64),
    /// At most this many times as long as the peer.
    TimesPeer(f64),
}

use Budget::{Megabytes, Micros, TimesFaster, TimesPeer};

const fn bench(package: &'static str, file: &'static str) -> Bench {
    Bench { package, file, words: "", n_rounds: 3, feature: None }
}

const SIGNATURE: Bench = bench("dspex-signature", "signature");
/// One build takes seconds.
pub(super) const BUILD: Bench = Bench { n_rounds: 1, ..bench("dspex-signature-macros", "build") };
const TELEMETRY: Bench = bench("dspex-telemetry", "telemetry");
const LLM: Bench = bench("dspex-bridge", "llm");
const NATIVE: Bench = bench("dspex-bridge", "native");
const PYTHON: Bench = bench("dspex-bridge", "python");
/// Not measured unless it is asked for, since not every Python can be linked with.
const EMBEDDED: Bench = Bench { feature: Some("embed"), ..PYTHON };
/// How soon another worker serves after one was killed.
const RECOVERY: Bench =
    Bench { words: "recovery 100", n_rounds: 1, ..bench("dspex-bridge", "chaos") };
/// What a pool holds of memory.
const SIZE: Bench = Bench { words: "size 16", ..RECOVERY };
const PIPELINE: Bench = bench("dspex-pipeline", "pipeline");
const CALLS: Bench = bench("dspex", "calls");

const fn row(group: &'static str, bench: Bench, id: &'static str, lines: &'static [Line]) -> Row {
    Row { id, group, bench, lines }
}

const fn beside(peer: Peer, budgets: &'static [Budget]) -> Line {
    Line { peer, budgets }
}

const DSPY_RS: Line = beside(Peer::DspyRs, &[]);

/// Ten times the size in ten times the time, give or take what caches do.
const LINEAR: &[Budget] = &[TimesPeer(15.0)];

/// At least 85 % of the peer's calls in the same time.
const RATE: Budget = TimesFaster(0.85);

const EXECUTOR: &str = "ProcessPoolExecutor";
const GRPC: &str = "grpcio, JSON";

/// Four times the size in four times the time, or a tenth more.
const QUARTER: &[Budget] = &[TimesPeer(4.4)];

/// Not much more than a client of the same parts would need.
const BARE: &[Budget] = &[TimesPeer(1.3)];

/// 256 calls of a model that takes 20 ms, 16 of them at a time.
const SIXTEEN_WAITS: Duration = Duration::from_millis(256 / 16 * 20);

/// Every benchmark; a new one is a new line here and in its crate's `benches/`.
#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    row("signature", SIGNATURE, "signature.parse", &[beside(Peer::Dspy, &[TimesFaster(200.0)])]),
    row("signature", SIGNATURE, "signature.parse.typed", &[beside(Peer::Dspy, &[])]),
    row("signature", SIGNATURE, "chat.prepare", &[beside(Peer::Nobody, &[])]),
    row("signature", SIGNATURE, "schema", &[beside(Peer::Dspy, &[])]),
    row("signature", SIGNATURE, "coerce", &[beside(Peer::Dspy, &[])]),
    row("signature", SIGNATURE, "validate", &[beside(Peer::Dspy, &[])]),
    row("signature", SIGNATURE, "chat.format.plain", &[beside(Peer::Dspy, &[Micros(0.5)]), DSPY_RS]),
    row("signature", SIGNATURE, "chat.format.demos", &[beside(Peer::Dspy, &[]), DSPY_RS]),
    row("signature", SIGNATURE, "chat.format.typed", &[beside(Peer::Dspy, &[Micros(1.0)]), DSPY_RS]),
    row("signature", SIGNATURE, "chat.format.models", &[beside(Peer::Dspy, &[]), DSPY_RS]),
    row("signature", SIGNATURE, "json.format.typed", &[beside(Peer::Dspy, &[])]),
    row("signature", SIGNATURE, "xml.format.typed", &[beside(Peer::Dspy, &[])]),
    row("signature", SIGNATURE, "chat.parse.plain", &[beside(Peer::Dspy, &[Micros(0.5)]), DSPY_RS]),
    row("signature", SIGNATURE, "chat.parse.typed", &[beside(Peer::Dspy, &[Micros(1.5)]), DSPY_RS]),
    row("signature", SIGNATURE, "chat.parse.models", &[beside(Peer::Dspy, &[]), DSPY_RS]),
    row("signature", SIGNATURE, "json.parse.typed", &[beside(Peer::Dspy, &[])]),
    row("signature", SIGNATURE, "json.parse.repaired", &[beside(Peer::Dspy, &[])]),
    row("signature", SIGNATURE, "xml.parse.typed", &[beside(Peer::Dspy, &[])]),
    row("signature", SIGNATURE, "size/chat.10mb", &[beside(Peer::Bench("size/chat.1mb", "a tenth of it"), LINEAR)]),
    row("signature", SIGNATURE, "size/json.10mb", &[beside(Peer::Bench("size/json.1mb", "a tenth of it"), LINEAR)]),
    row("signature", SIGNATURE, "size/repair.10mb", &[beside(Peer::Bench("size/repair.1mb", "a tenth of it"), LINEAR)]),
    row("signature", SIGNATURE, "size/xml.10mb", &[beside(Peer::Bench("size/xml.1mb", "a tenth of it"), LINEAR)]),
    row("signature", SIGNATURE, "partial/200kb", &[beside(Peer::Bench("partial/50kb", "a quarter of it"), QUARTER)]),
    row("build", BUILD, "build/signatures", &[beside(Peer::Bench("build/serde", "serde's derives"), &[Micros(6e6)])]),
    row("native", NATIVE, "native.predict", &[beside(Peer::Dspy, &[Micros(2.0), TimesFaster(100.0)]), DSPY_RS]),
    row("native", NATIVE, "native.demos", &[beside(Peer::Dspy, &[]), DSPY_RS]),
    row("native", NATIVE, "native.typed", &[beside(Peer::Dspy, &[])]),
    row("native", NATIVE, "native.json", &[beside(Peer::Dspy, &[])]),
    row("native", NATIVE, "native.react", &[beside(Peer::Dspy, &[])]),
    row("native", NATIVE, "native.concurrency/calls", &[beside(Peer::Ideal(SIXTEEN_WAITS, "16 x 20 ms"), &[]), beside(Peer::Bench("native.concurrency/waits", "waits alone"), &[]), beside(Peer::Dspy, &[])]),
    row("native", PYTHON, "python.native", &[beside(Peer::Bench("python.predict", "python pool"), &[TimesFaster(10.0)])]),
    row("native", CALLS, "call.predict", &[beside(Peer::Dspy, &[Micros(15.0)])]),
    row("native", NATIVE, "http.predict", &[beside(Peer::InTurn("http.bare", "bare reqwest", "http.times_bare"), BARE), DSPY_RS]),
    row("llm", LLM, "llm.call/1", &[beside(Peer::InTurn("llm.bare/1", "bare reqwest", "llm.times_bare/1"), BARE)]),
    row("llm", LLM, "llm.call/16", &[beside(Peer::InTurn("llm.bare/16", "bare reqwest", "llm.times_bare/16"), BARE)]),
    row("llm", LLM, "llm.call/64", &[beside(Peer::InTurn("llm.bare/64", "bare reqwest", "llm.times_bare/64"), BARE)]),
    row("llm", LLM, "llm.stream/200kb", &[beside(Peer::InTurn("llm.stream/50kb", "a quarter of it", "llm.stream/times_small"), QUARTER)]),
    row("llm", LLM, "llm.extract/200kb", &[beside(Peer::InTurn("llm.extract/50kb", "a quarter of it", "llm.extract/times_small"), QUARTER)]),
    row("llm", LLM, "llm.cache.hit", &[beside(Peer::Nobody, &[Micros(20.0)])]),
    row("llm", LLM, "llm.stack", &[beside(Peer::Nobody, &[Micros(3.0)])]),
    row("call", CALLS, "decision", &[beside(Peer::Nobody, &[Micros(5.0)])]),
    row("telemetry", TELEMETRY, "event", &[beside(Peer::Nobody, &[Micros(1.0)])]),
    row("pipeline", PIPELINE, "pipeline.stage", &[beside(Peer::Nobody, &[Micros(2.0)])]),
    row("pipeline", PIPELINE, "pipeline.fan_out", &[beside(Peer::Nobody, &[Micros(2.0)])]),
    row("python", PYTHON, "python.noop", &[beside(Peer::Nobody, &[Micros(50.0)]), beside(Peer::Pools("executor.noop", EXECUTOR), &[]), beside(Peer::Pools("grpc.noop", GRPC), &[])]),
    row("python", PYTHON, "python.noop.p99", &[beside(Peer::Nobody, &[Micros(250.0)])]),
    row("python", PYTHON, "python.pipelined", &[beside(Peer::Nobody, &[Micros(50.0)])]),
    row("python", PYTHON, "python.echo", &[beside(Peer::Bench("socket.echo", "socket echo"), &[Micros(50.0), TimesPeer(2.0)]), beside(Peer::Pools("executor.echo", EXECUTOR), &[]), beside(Peer::Pools("grpc.echo", GRPC), &[])]),
    row("python", PYTHON, "python.callback", &[beside(Peer::Nobody, &[Micros(60.0)])]),
    row("python", PYTHON, "python.predict", &[beside(Peer::Dspy, &[])]),
    row("python", PYTHON, "python.busy", &[beside(Peer::Dspy, &[RATE])]),
    row("python", PYTHON, "python.busy_asking", &[beside(Peer::Dspy, &[])]),
    row("pool", RECOVERY, "recovery.seen", &[beside(Peer::Nobody, &[Micros(20e3)])]),
    row("pool", RECOVERY, "recovery.replaced", &[beside(Peer::Nobody, &[Micros(40e3)])]),
    row("pool", RECOVERY, "recovery.served", &[beside(Peer::Nobody, &[Micros(80e3)])]),
    row("pool", SIZE, "memory.16_workers", &[beside(Peer::Nobody, &[Megabytes(350.0)])]),
    row("pool", SIZE, "memory.16_workers.alone", &[beside(Peer::Nobody, &[Megabytes(40.0)])]),
    row("embedded", EMBEDDED, "embedded.noop", &[beside(Peer::Bench("python.noop", "python pool"), &[])]),
    row("embedded", EMBEDDED, "embedded.echo", &[beside(Peer::Bench("python.echo", "python pool"), &[])]),
    row("embedded", EMBEDDED, "embedded.callback", &[beside(Peer::Bench("python.callback", "python pool"), &[])]),
    row("embedded", EMBEDDED, "embedded.predict", &[beside(Peer::Bench("python.predict", "python pool"), &[])]),
];

/// Groups that are asked for together.
const TOGETHER: [(&str, &[&str]); 1] = [("bridge", &["python", "pool", "embedded"])];

impl Row {
    /// Whether the row is of a group, or of one of several that have a name together.
    pub(super) fn is_of(&self, group: &str) -> bool {
        let together = TOGETHER.iter().find(|(name, _)| *name == group);
        self.group == group || together.is_some_and(|(_, groups)| groups.contains(&self.group))
    }

    /// Whether the figure is of memory, in megabytes; others are of time, in seconds.
    pub(super) fn is_of_memory(&self) -> bool {
        self.bench == SIZE
    }

    /// The criterion benchmarks that the row needs.
    pub(super) fn benchmarks(&self) -> impl Iterator<Item = &'static str> {
        let peers = self.lines.iter().flat_map(|line| match line.peer {
            Peer::Bench(id, _) => vec![id],
            Peer::InTurn(id, _, in_turn) => vec![id, in_turn],
            Peer::Nobody | Peer::Dspy | Peer::Pools(..) | Peer::DspyRs | Peer::Ideal(..) => {
                Vec::new()
            }
        });
        [self.id].into_iter().chain(peers)
    }
}

impl Peer {
    /// The name in the table.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Nobody => "-",
            Self::Dspy => "dspy 3.4.1",
            // Its prompts and its parsing differ from DSPy's: speed is all that is compared.
            Self::DspyRs => "dspy-rs 0.7.3 (not equal to DSPy)",
            Self::Pools(_, name)
            | Self::Bench(_, name)
            | Self::InTurn(_, name, _)
            | Self::Ideal(_, name) => name,
        }
    }
}

impl Budget {
    /// Whether figures in seconds keep within it.
    pub(super) fn holds(self, figures: Figures) -> bool {
        match self {
            Micros(micros) => figures.own * 1e6 <= micros,
            Megabytes(megabytes) => figures.own <= megabytes,
            TimesFaster(times) => figures.ratio().is_some_and(|ratio| ratio >= times),
            TimesPeer(times) => figures.ratio().is_some_and(|ratio| ratio * times >= 1.0),
        }
    }
}

impl std::fmt::Display for Budget {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Micros(micros) => write!(formatter, "<= {micros} us"),
            Megabytes(megabytes) => write!(formatter, "<= {megabytes} MB"),
            TimesFaster(times) => write!(formatter, ">= {times} x as fast"),
            TimesPeer(times) => write!(formatter, "<= {times} x the peer"),
        }
    }
}
