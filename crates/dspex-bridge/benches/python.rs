//! What a call into a Python worker costs, beside a socket that only echoes. These figures need the
//! environment that `cargo xtask setup` makes.

use std::hint::black_box;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream as StdUnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use criterion::{Criterion, criterion_group, criterion_main};
use dspex_bridge::llm::{Completion, CompletionRequest, LanguageModel, LmError, Models};
use dspex_bridge::python::{DEFAULT_POOL, PoolConfig, PythonConfig, PythonEngine};
use dspex_bridge::{CallContext, Engine, ModuleKind, ModuleSpec, NativeEngine, Prepared};
use dspex_signature::{Signature, Value, fields};
use dspex_telemetry::{RecentEvents, Recorder};
use futures_util::stream::{self, StreamExt as _};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::runtime::{Builder, Runtime};

const COMPLETION: &str = "[[ ## answer ## ]]\nJane Austen\n\n[[ ## completed ## ]]";

/// A model in Rust; under the name `faults/dummy` the worker has DSPy's `DummyLM` in its place.
struct Canned(&'static str);

#[async_trait]
impl LanguageModel for Canned {
    fn name(&self) -> &str {
        self.0
    }

    async fn complete(
        &self,
        _: &CompletionRequest,
        _: &CallContext,
    ) -> Result<Completion, LmError> {
        Ok(Completion::text(COMPLETION))
    }
}

pub(crate) fn benchmarks(criterion: &mut Criterion) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("no runtime");
    round_trips(criterion, &runtime, "python", PoolConfig::workers(1..=1));
    #[cfg(feature = "embed")]
    round_trips(criterion, &runtime, "embedded", PoolConfig::embedded());
    pipelined(criterion, &runtime);
    let native = NativeEngine::new(models("canned/model"), None);
    predicts(criterion, &runtime, "python.native", &native);
    busy(criterion, &runtime, "python.busy", "faults/dummy");
    busy(criterion, &runtime, "python.busy_asking", "canned/model");

    let mut echo = runtime.block_on(async { Echo::start() });
    criterion.bench_function("socket.echo", |bencher| {
        let mut round_trip = async || echo.exchange().await;
        bencher.iter_custom(|n_calls| runtime.block_on(p50(n_calls, &mut round_trip)));
    });
}

/// What calls take of a pool, one after the other.
fn round_trips(criterion: &mut Criterion, runtime: &Runtime, carrier: &str, pool: PoolConfig) {
    let workers = Workers::of(pool);
    // The first call starts the worker, which takes a second.
    runtime.block_on(workers.ask("faults.echo", &Value::Null));
    for (name, parameters) in [("noop", Value::Null), ("echo", one_kilobyte())] {
        criterion.bench_function(&format!("{carrier}.{name}"), |bencher| {
            let call = async || workers.ask("faults.echo", &parameters).await;
            bencher.iter_custom(|n_calls| runtime.block_on(p50(n_calls, call)));
        });
    }
    if carrier == "python" {
        criterion.bench_function("python.noop.p99", |bencher| {
            let call = async || workers.ask("faults.echo", &Value::Null).await;
            bencher.iter_custom(|n_calls| runtime.block_on(p99(n_calls, call)));
        });
    }
    // What a call takes longer that asks Rust once before it answers.
    criterion.bench_function(&format!("{carrier}.callback"), |bencher| {
        let parameters = one_kilobyte();
        let plain = async || workers.ask("faults.echo", &parameters).await;
        let asking = async || workers.ask("faults.callback", &parameters).await;
        let difference = async |n_calls: u64| {
            // Medians of a few calls may stand the wrong way round.
            let n_measured = n_calls.max(100);
            let asking = p50(n_measured, asking).await;
            let more = asking.saturating_sub(p50(n_measured, plain).await);
            more.mul_f64(n_calls as f64 / n_measured as f64)
        };
        bencher.iter_custom(|n_calls| runtime.block_on(difference(n_calls)));
    });
    predicts(criterion, runtime, &format!("{carrier}.predict"), &workers.engine);
    runtime.block_on(workers.engine.shutdown(Duration::from_secs(5)));
}

/// What a prediction takes of an engine.
fn predicts(criterion: &mut Criterion, runtime: &Runtime, name: &str, engine: &dyn Engine) {
    let recorder = Recorder::new().with(Arc::new(RecentEvents::new(1_000)));
    let inputs = fields! { "question" => "Who wrote Emma?" };
    let module = predict(engine);
    criterion.bench_function(name, |bencher| {
        let call = async || {
            let outcome = module.run(&inputs, &context(&recorder)).await;
            black_box(outcome.expect("the model answers"));
        };
        bencher.iter_custom(|n_calls| runtime.block_on(p50(n_calls, call)));
    });
}

fn context(recorder: &Recorder) -> CallContext {
    CallContext::new(recorder.clone()).within(Duration::from_secs(60))
}

/// What a call takes of a worker that always has a next one.
fn busy(criterion: &mut Criterion, runtime: &Runtime, name: &str, model: &'static str) {
    let workers = Workers::asking(model, PoolConfig::workers(1..=1).read_ahead(N_AHEAD));
    let module = predict(&workers.engine);
    let inputs = fields! { "question" => "Who wrote Emma?" };
    let calls = async |n_calls: u64| {
        let context = workers.context();
        let started = Instant::now();
        let call = |_| async { module.run(&inputs, &context).await };
        let calls = stream::iter(0..n_calls).map(call).buffer_unordered(N_WAITING);
        calls.for_each(async |done| drop(black_box(done.expect("it is answered")))).await;
        started.elapsed()
    };
    // The first call starts the worker: among the rest it would make samples of one call each.
    runtime.block_on(calls(100));
    criterion.bench_function(name, |bencher| {
        bencher.iter_custom(|n_calls| runtime.block_on(calls(n_calls)));
    });
    runtime.block_on(workers.engine.shutdown(Duration::from_secs(5)));
}

/// How many of them it has been sent already.
const N_AHEAD: usize = 4;
/// How many calls a busy worker has before it.
const N_WAITING: usize = 8;

/// What a call takes of a worker that is sent calls without waiting for their answers.
fn pipelined(criterion: &mut Criterion, runtime: &Runtime) {
    let workers = Workers::of(PoolConfig::workers(1..=1).read_ahead(N_SENT));
    runtime.block_on(workers.ask("faults.echo", &Value::Null));
    criterion.bench_function("python.pipelined", |bencher| {
        let calls = async |n_calls: u64| {
            let started = Instant::now();
            let call = |_| workers.ask("faults.echo", &Value::Null);
            let calls = stream::iter(0..n_calls).map(call).buffer_unordered(2 * N_SENT);
            calls.for_each(async |()| ()).await;
            started.elapsed()
        };
        bencher.iter_custom(|n_calls| runtime.block_on(calls(n_calls)));
    });
    runtime.block_on(workers.engine.shutdown(Duration::from_secs(5)));
}

/// How many calls a worker is sent that it has not begun.
const N_SENT: usize = 16;

/// The time of `n_calls` calls, each as long as the median of them: the operating system's rare
/// pauses of milliseconds are left out.
async fn p50(n_calls: u64, call: impl AsyncFnMut()) -> Duration {
    percentile(n_calls, n_calls, 50, call).await
}

/// The same by what only one in a hundred takes longer than, of a few hundred at least.
async fn p99(n_calls: u64, call: impl AsyncFnMut()) -> Duration {
    percentile(n_calls, n_calls.max(400), 99, call).await
}

async fn percentile(
    n_calls: u64,
    n_measured: u64,
    percent: usize,
    mut call: impl AsyncFnMut(),
) -> Duration {
    let mut times = Vec::new();
    for _ in 0..n_measured {
        let started = Instant::now();
        call().await;
        times.push(started.elapsed());
    }
    times.sort_unstable();
    times[times.len() * percent / 100] * u32::try_from(n_calls).expect("a sample has fewer calls")
}

/// One worker that can be asked for an echo.
struct Workers {
    engine: PythonEngine,
    recorder: Recorder,
}

impl Workers {
    fn of(pool: PoolConfig) -> Self {
        Self::asking("canned/model", pool)
    }

    fn asking(model: &'static str, pool: PoolConfig) -> Self {
        let recorder = Recorder::new().with(Arc::new(RecentEvents::new(1_000)));
        let pools = [(DEFAULT_POOL.to_owned(), pool.faults())];
        let python = PythonConfig::venv(venv());
        let engine = PythonEngine::new(python, pools.into(), models(model), recorder.clone());
        Self { engine, recorder }
    }

    fn context(&self) -> CallContext {
        context(&self.recorder)
    }

    async fn ask(&self, method: &'static str, parameters: &Value) {
        let answer = self.engine.fault(method, parameters.clone(), false, &self.context()).await;
        black_box(answer.expect("the worker answers"));
    }
}

fn models(name: &'static str) -> Models {
    Models::new().with("default", Arc::new(Canned(name)))
}

fn predict(engine: &dyn Engine) -> Arc<dyn Prepared> {
    let signature = Signature::parse("question -> answer").expect("the signature is valid");
    let module = ModuleSpec::new(ModuleKind::Predict, Arc::new(signature));
    engine.prepare(&Arc::new(module)).expect("both engines run it")
}

/// A map of text, numbers and a list: about one kilobyte on the wire.
fn one_kilobyte() -> Value {
    let passages: Vec<String> =
        (0..4).map(|number| format!("{number}{}", "x".repeat(200))).collect();
    let value = fields! {
        "question" => "Who wrote Emma?",
        "passages" => passages,
        "k" => 3,
        "scores" => (0..12).map(|score| f64::from(score) / 16.0).collect::<Vec<_>>(),
    };
    value.into()
}

/// A Python process that echoes frames.
struct Echo {
    process: Child,
    socket: UnixStream,
    frame: Vec<u8>,
}

impl Echo {
    fn start() -> Self {
        let (ours, theirs) = StdUnixStream::pair().expect("a socket pair is made");
        ours.set_nonblocking(true).expect("a socket can be non-blocking");
        let process = Command::new(venv().join("bin/python"))
            .args(["-c", include_str!("echo.py")])
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .spawn()
            .expect("Python starts");
        let mut frame = 1024_u32.to_be_bytes().to_vec();
        frame.resize(4 + 1024, 7);
        Self { process, socket: UnixStream::from_std(ours).expect("a socket is watched"), frame }
    }

    async fn exchange(&mut self) {
        let Self { socket, frame, .. } = self;
        let mut answer = vec![0; frame.len()];
        socket.write_all(frame).await.expect("the process reads");
        socket.read_exact(&mut answer).await.expect("the process answers");
        black_box(answer);
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        // It ends by itself when the socket closes; nobody waits that long for an echo.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Where the environment must be.
fn venv() -> PathBuf {
    let venv = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.venv");
    assert!(
        venv.join("bin/python").exists(),
        "there is no Python environment at `{}`; run `cargo xtask setup`",
        venv.display()
    );
    venv
}

criterion_group!(group, benchmarks);
criterion_main!(group);
