//! A language model that answers by rules, behind OpenAI's HTTP interface on loopback.
//!
//! It reads which fields a prompt asks for and fills them from word lists and quoted sentences, in seventeen
//! languages, so that programs can be tried without a key, a download or a network. Equal requests get equal
//! answers. It knows nothing about the programs that ask, and shares no code with them.

mod answer;
mod entities;
mod evidence;
mod kind;
mod language;
mod lexicon;
mod phrases;
mod prompt;
mod render;
mod sentences;
mod server;
#[cfg(test)]
mod tests;
mod text;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use serde_json::Value;
use tokio::net::TcpListener;

use self::evidence::Evidence;
use self::kind::Property;
use self::prompt::{Format, Prompt};

/// The only model the server has; its name says what it is.
pub(crate) const MODEL: &str = "rule-based";

/// `cargo xtask offline-lm`.
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// Port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Refuse requests without this key.
    #[arg(long)]
    require_key: Option<String>,
    /// Wait this long before each answer.
    #[arg(long, default_value_t = 0)]
    latency_ms: u64,
    /// Print a line for each completion: its format, its fields, its tokens.
    #[arg(long)]
    log: bool,
}

/// How the server behaves.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    /// The key that requests must carry, where one is required.
    pub(crate) require_key: Option<String>,
    /// How long each completion takes at least.
    pub(crate) latency: Duration,
    /// Whether a line is printed for each completion.
    pub(crate) log: bool,
}

/// A server that listens, and stops when it is dropped.
pub(crate) struct OfflineLm {
    address: SocketAddr,
    runtime: tokio::runtime::Runtime,
}

/// Serves until the process is ended; the first line of output is the base URL.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let options = Options {
        require_key: arguments.require_key.clone(),
        latency: Duration::from_millis(arguments.latency_ms),
        log: arguments.log,
    };
    let server = OfflineLm::start(arguments.port, options)?;
    println!("{}", server.base_url());
    println!("model `{MODEL}`: answers by rules, not a language model; end with ctrl-c");
    server.runtime.block_on(std::future::pending::<()>());
    Ok(())
}

impl OfflineLm {
    /// Listens on a port of 127.0.0.1 (0: any free one) and answers from a thread of its own.
    pub(crate) fn start(port: u16, options: Options) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("offline-lm")
            .enable_all()
            .build()
            .context("no thread for the offline model")?;
        let listener = runtime
            .block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, port)))
            .with_context(|| format!("port {port} of 127.0.0.1 cannot be listened on"))?;
        let address = listener.local_addr()?;
        // The runtime owns the task and ends it when the server is dropped.
        runtime.spawn(async move { axum::serve(listener, server::router(options)).await });
        Ok(Self { address, runtime })
    }

    /// What clients take as their base URL, `http://127.0.0.1:PORT/v1`.
    pub(crate) fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }
}

/// A completion, and what it holds.
pub(crate) struct Answer {
    /// How it is written.
    pub(crate) format: Format,
    /// The names of the fields in it, in order.
    pub(crate) fields: Vec<String>,
    /// What a client receives.
    pub(crate) text: String,
}

/// The answer to a conversation, its messages as role and text.
pub(crate) fn complete(messages: &[(String, String)], response_format: &Value) -> Answer {
    let prompt = Prompt::read(messages, response_format);
    let evidence = Evidence::read(&prompt);
    let value = |field: &Property| (field.name.clone(), answer::answer(field, &evidence));
    let values: Vec<(String, Value)> = prompt.outputs.iter().map(value).collect();
    let text = match prompt.format {
        Format::Plain => phrases::reply(&evidence),
        format => render::render(format, &values),
    };
    Answer {
        format: prompt.format,
        fields: values.into_iter().map(|(name, _)| name).collect(),
        text,
    }
}
