//! How a worker comes to be: its process starts and greets.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::{LAST_WORDS, Worker};
use crate::python::pool::SETUP_HINT;
use crate::python::pool::age::Age;
use crate::python::pool::exit::ExitReason;
use crate::python::pool::health::Health;
use crate::python::pool::lease::Unavailable;
use crate::python::pool::link::Link;
use crate::python::pool::outbox::Outbox;
use crate::python::pool::process::{Launch, Started, log};
use crate::python::pool::shared::Shared;
use crate::python::pool::stopping::Stopping;
use crate::python::wire::{FrameReader, FromWorker, to_worker};
use crate::stderr::StderrTail;

/// How long a worker may take from its start to its greeting; importing DSPy is most of it.
const START_TIME: Duration = Duration::from_secs(60);

impl Worker {
    /// Starts a process and waits for its greeting.
    pub(in crate::python::pool) async fn start(
        shared: &Arc<Shared>,
        launch: &Launch,
    ) -> Result<Self, Unavailable> {
        let Started { process, socket, stderr: stream } = launch.start().await?;
        let pid = process.pid();
        let (reader, socket) = socket.into_split();
        let outbox = Arc::new(Outbox::new(socket));
        let (control, orders) = mpsc::unbounded_channel();
        let stderr = StderrTail::default();
        let (mut output, mut writer) = (JoinSet::new(), JoinSet::new());
        output.spawn(stderr.clone().follow(stream, log(shared.name.clone(), pid)));
        writer.spawn(outbox.clone().flush());
        let mut worker = Self {
            shared: shared.clone(),
            link: Arc::new(Link::new(pid, stderr, outbox, control)),
            process,
            frames: FrameReader::new(reader),
            control: orders,
            output,
            writer,
            answers: JoinSet::new(),
            must_stop: None,
            stopping: Stopping::default(),
            in_pool: false,
            health: Health::new(pid, shared.config.memory_limit_mb),
            age: Age::new(shared.config.recycle),
            retiring: None,
        };
        let fault = match timeout(START_TIME, worker.greet()).await {
            Ok(Ok(())) => return Ok(worker),
            Ok(Err(fault)) => fault,
            Err(_) => format!("it did not greet within {START_TIME:?}"),
        };
        Err(worker.into_failed_start(fault).await)
    }

    async fn greet(&mut self) -> Result<(), String> {
        let payload = self.frames.next().await.map_err(|error| error.to_string())?;
        let payload = payload.ok_or("it ended before it greeted")?;
        let FromWorker::Hello(hello) = FromWorker::decode(payload).map_err(|e| e.to_string())?
        else {
            return Err("its first message is no greeting".to_owned());
        };
        let (pool, pid) = (&self.shared.name, self.link.pid);
        tracing::debug!(pool, pid, python = hello.python, dspy = hello.dspy, "worker is ready");
        self.link.send(to_worker::hello(&self.shared.allow).map_err(|error| error.to_string())?);
        Ok(())
    }

    async fn into_failed_start(mut self, fault: String) -> Unavailable {
        let reason = match timeout(LAST_WORDS, self.process.ended()).await {
            Ok(Ok(status)) => format!("{fault} ({})", ExitReason::new(status, None)),
            Ok(Err(why)) => format!("{fault}: {why}"),
            Err(_) => fault,
        };
        self.process.kill();
        let reason = self.with_last_line(format!("a worker did not start: {reason}")).await;
        Unavailable { reason, hint: SETUP_HINT.to_owned() }
    }
}
