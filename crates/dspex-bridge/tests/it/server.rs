//! A provider of this machine, which says what it is told to and keeps what it was sent.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::IntoResponse;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// A server that gives one reply to everything or one that depends on the headers, and keeps what it was sent.
pub(crate) struct Server {
    /// Ends in `/v1`.
    pub(crate) base_url: String,
    pub(crate) seen: Seen,
    // Dropping it stops the server.
    _task: JoinSet<()>,
}

pub(crate) type Seen = Arc<Mutex<Vec<(Uri, HeaderMap, String)>>>;

impl Server {
    pub(crate) async fn start<R: IntoResponse, F: Future<Output = R> + Send>(
        reply: impl Fn() -> F + Clone + Send + Sync + 'static,
    ) -> Self {
        Self::answering(move |_| reply()).await
    }

    pub(crate) async fn answering<R: IntoResponse, F: Future<Output = R> + Send>(
        reply: impl Fn(&HeaderMap) -> F + Clone + Send + Sync + 'static,
    ) -> Self {
        let seen = Seen::default();
        let handler = move |State(seen): State<Seen>, uri: Uri, headers: HeaderMap, body: Bytes| {
            let reply = reply.clone();
            async move {
                let body = String::from_utf8(body.to_vec()).unwrap();
                let reply = reply(&headers);
                seen.lock().unwrap().push((uri, headers, body));
                reply.await.into_response()
            }
        };
        let app = Router::new().fallback(handler).with_state(seen.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}/v1", listener.local_addr().unwrap());
        let mut task = JoinSet::new();
        task.spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { base_url, seen, _task: task }
    }

    pub(crate) async fn replying(reply: impl IntoResponse + Clone + Send + Sync + 'static) -> Self {
        Self::start(move || std::future::ready(reply.clone())).await
    }
}

pub(crate) fn json(
    status: u16,
    body: impl Into<String>,
) -> (axum::http::StatusCode, [(&'static str, &'static str); 1], String) {
    let status = axum::http::StatusCode::from_u16(status).unwrap();
    (status, [("content-type", "application/json")], body.into())
}
