//! A server behind an address.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{HeaderName, HeaderValue};
use reqwest::redirect::{Action, Attempt, Policy};
use reqwest::{Client, StatusCode, Url};
use rmcp::transport::common::client_side_sse::ExponentialBackoff;
use rmcp::transport::streamable_http_client::{
    StreamableHttpClientTransport, StreamableHttpClientTransportConfig,
};

use super::builder::{Http, McpBuilder};
use super::error::{McpError, McpErrorKind};
use super::server::{self, McpServer};
use crate::llm::{CONNECT_TIMEOUT, Round, Sent, innermost};

/// How often a stream that broke is opened again.
const MAX_RECONNECTS: usize = 2;
/// The pause before that where the server says none, twice as long the second time.
const PAUSE: Duration = Duration::from_secs(1);

/// How many bytes of a page are told that came in place of an answer.
const MAX_TOLD: usize = 512;
/// How many redirects of one request are followed.
const MAX_REDIRECTS: usize = 3;

type Headers = HashMap<HeaderName, HeaderValue>;

/// Greets the server.
pub(super) async fn connect(builder: McpBuilder<Http>) -> Result<McpServer, McpError> {
    let wrong = |message: String| builder.error(McpErrorKind::Misconfigured { message });
    let Http { url, headers, .. } = &builder.target;
    let parsed = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let parsed = parsed.ok_or_else(|| {
        wrong("its address should be like `https://example.com/mcp`, with `http` or `https`".into())
    })?;
    let mut custom = Headers::new();
    for (name, value) in headers {
        let value = HeaderValue::try_from(value);
        let value = value.map_err(|_| wrong(format!("no header can carry that of `{name}`")))?;
        custom.insert(header_name(name).map_err(wrong)?, value);
    }
    let sent = keys(&builder.target, &mut custom).await.map_err(wrong)?;
    let client = client(&parsed).map_err(wrong)?;
    let mut config = StreamableHttpClientTransportConfig::with_uri(url.as_str());
    config.custom_headers = custom;
    config.max_error_response_size = MAX_TOLD;
    config.retry_config = Arc::new(backoff());
    let transport = StreamableHttpClientTransport::with_client(client, config);
    server::connect(builder, transport, None, sent).await
}

fn client(url: &Url) -> Result<Client, String> {
    let client = crate::llm::builder(url, CONNECT_TIMEOUT)?.redirect(Policy::custom(within_server));
    // A connection of plain HTTP that is used again stalls for 40 ms on Linux: its last bytes are
    // acknowledged late. To make one takes less; with TLS it takes more.
    let client = match url.scheme() {
        "http" => client.pool_max_idle_per_host(0),
        _ => client,
    };
    client.build().map_err(|error| innermost(&error))
}

/// Follows a redirect that keeps the request and stays with the server, as from `/mcp` to `/mcp/`; any
/// other one is no answer.
fn within_server(attempt: Attempt<'_>) -> Action {
    let keeps =
        matches!(attempt.status(), StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT);
    let first = attempt.previous().first();
    let stays = first.is_some_and(|first| first.origin() == attempt.url().origin());
    match keeps && stays && attempt.previous().len() <= MAX_REDIRECTS {
        true => attempt.follow(),
        false => attempt.stop(),
    }
}

/// Reads the keys, and puts each into its header.
async fn keys(target: &Http, headers: &mut Headers) -> Result<Sent, String> {
    let mut sent = Sent::default();
    for (name, before, key) in &target.keys {
        let mut round = Round::new(key);
        let Some(secret) = round.next().await else {
            return Err(round.missing().to_string());
        };
        headers.insert(header_name(name)?, secret.header(before));
        sent.add(secret);
    }
    Ok(sent)
}

fn header_name(name: &str) -> Result<HeaderName, String> {
    HeaderName::try_from(name).map_err(|_| format!("`{name}` is no name of a header"))
}

fn backoff() -> ExponentialBackoff {
    let mut backoff = ExponentialBackoff::default();
    backoff.max_times = Some(MAX_RECONNECTS);
    backoff.base_duration = PAUSE;
    backoff
}
