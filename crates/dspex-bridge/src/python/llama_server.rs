//! llama.cpp's own server on weights of this machine, in a process of the Python environment.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use super::environment::{Environment, Group};

/// How long loading the weights may take.
const LOADING: Duration = Duration::from_secs(300);
/// How much of a line is read at a time, in bytes.
const MAX_LINE: u64 = 4 << 10;

/// A server of OpenAI's protocol for one GGUF file, on a port of the loopback interface.
///
/// It serves four requests at a time, and ends when this is dropped or the program ends. It needs
/// the environment's group `local-lm`.
///
/// ```no_run
/// use std::path::Path;
///
/// use dspex_bridge::llm::OpenAi;
/// use dspex_bridge::python::LlamaServer;
/// use dspex_bridge::python::environment::Environment;
///
/// let environment = Environment::open(".venv")?;
/// let server = LlamaServer::start(&environment, Path::new("qwen3-8b.gguf"), 8192)?;
/// let model = OpenAi::new("qwen3-8b").base_url(server.base_url()).no_key();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct LlamaServer {
    process: Child,
    base_url: String,
}

/// Why a model of this machine is not served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LlamaServerError {
    /// There are no weights.
    #[error("there is no file `{}`", model.display())]
    NoModel {
        /// Where they were sought.
        model: PathBuf,
    },
    /// The environment's Python did not start.
    #[error("`{}` cannot be started: {source}", python.display())]
    Start {
        /// The program.
        python: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// llama.cpp is not installed.
    #[error("the environment has no llama.cpp")]
    NotInstalled,
    /// llama.cpp cannot read the file.
    #[error("llama.cpp does not serve `{}`: {message}", model.display())]
    Refused {
        /// The weights.
        model: PathBuf,
        /// Its first error.
        message: String,
    },
    /// It took too long.
    #[error("llama.cpp has not loaded `{}` within {after:?}", model.display())]
    TimedOut {
        /// The weights.
        model: PathBuf,
        /// How long was waited.
        after: Duration,
    },
}

impl LlamaServerError {
    /// What to do next, where that can be said.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Start { .. } => Some("set the environment up with `dspex setup`"),
            Self::NotInstalled => {
                Some("add it to the environment with `dspex setup --group local-lm`")
            }
            Self::Refused { .. } => Some("check that the file is a GGUF model, and whole"),
            Self::NoModel { .. } | Self::TimedOut { .. } => None,
        }
    }
}

impl LlamaServer {
    /// Serves `model` with `context_tokens` tokens of context for each request; blocks until the
    /// weights are loaded.
    ///
    /// # Errors
    /// What is missing, or what llama.cpp says of the file.
    pub fn start(
        environment: &Environment,
        model: &Path,
        context_tokens: u32,
    ) -> Result<Self, LlamaServerError> {
        if !environment.groups.contains(&Group::LocalLm) {
            return Err(LlamaServerError::NotInstalled);
        }
        if !model.is_file() {
            return Err(LlamaServerError::NoModel { model: model.to_owned() });
        }
        let mut command = Command::new(&environment.python);
        command.args(["-I", "-c", include_str!("../../python/local_lm/serve.py")]);
        command.arg(model).arg(context_tokens.to_string());
        // It ends with this process, which holds the other end of its standard input.
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().map_err(|source| LlamaServerError::Start {
            python: command.get_program().into(),
            source,
        })?;
        let stderr = process.stderr.take().expect("it is piped");
        let said = thread::spawn(move || reason(stderr));
        let first_line = first_line(&mut process);
        let mut server = Self { process, base_url: String::new() };
        match first_line {
            Ok(address) if !address.is_empty() => {
                server.base_url = format!("{}/v1", address.trim());
                Ok(server)
            }
            Err(RecvTimeoutError::Timeout) => {
                Err(LlamaServerError::TimedOut { model: model.to_owned(), after: LOADING })
            }
            Ok(_) | Err(RecvTimeoutError::Disconnected) => {
                drop(server);
                let message = said.join().unwrap_or_default();
                Err(LlamaServerError::Refused { model: model.to_owned(), message })
            }
        }
    }

    /// The server's address, as models take it.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The process's id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for LlamaServer {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// What the server says first: its address, or nothing where it ended.
fn first_line(process: &mut Child) -> Result<String, RecvTimeoutError> {
    let stdout = process.stdout.take().expect("it is piped");
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let (mut stdout, mut line) = (BufReader::new(stdout), String::new());
        // What cannot be read counts as nothing; nobody may be waiting any more.
        drop(stdout.read_line(&mut line));
        drop(sender.send(line));
    });
    receiver.recv_timeout(LOADING)
}

/// Why a server ended: its first error, else the last thing that it said. All of it is read, so that
/// it never waits to be read.
fn reason(stderr: ChildStderr) -> String {
    let (mut stderr, mut line) = (BufReader::new(stderr), Vec::new());
    let (mut error, mut last) = (None, String::new());
    while let Ok(1..) = (&mut stderr).take(MAX_LINE).read_until(b'\n', &mut line) {
        let text = String::from_utf8_lossy(&line).trim().to_owned();
        line.clear();
        tracing::debug!(target: "dspex::llama", "{text}");
        if let (None, Some((_, told))) = (&error, text.split_once(" E ")) {
            error = Some(told.trim().to_owned());
        }
        if !text.is_empty() {
            last = text;
        }
    }
    error.unwrap_or(last)
}
