//! Where requests go, and by which connections.

use std::sync::OnceLock;
use std::time::Duration;

use reqwest::{Client, Url};

use super::http;
use super::remote::Path;

/// A provider's server, as far as requests are sent to it.
#[derive(Clone)]
pub(super) struct Server {
    pub(super) client: Client,
    base: Url,
    /// The first path that was asked for, and its address: mostly there is no other.
    first: OnceLock<(String, Url)>,
}

impl Server {
    /// The server at `url`.
    ///
    /// # Errors
    /// As [`http::client`].
    pub(super) fn new(url: Url, connect: Duration) -> Result<Self, String> {
        Ok(Self { client: http::client(&url, connect)?, base: url, first: OnceLock::new() })
    }

    /// The address of `path` below the base.
    pub(super) fn url(&self, (path, query): &Path<'_>) -> Url {
        let below = || {
            let mut url = self.base.clone();
            url.set_path(&format!("{}{path}", url.path().trim_end_matches('/')));
            url
        };
        let (first, url) = self.first.get_or_init(|| (path.to_string(), below()));
        let mut url = if first == path { url.clone() } else { below() };
        if query.is_some() {
            url.set_query(*query);
        }
        url
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stand_below_the_address() {
        let url = "http://localhost:1/v1/?old=1".parse().unwrap();
        let server = Server::new(url, Duration::from_secs(1)).unwrap();
        let url = |path: &'static str, query| server.url(&(path.into(), query)).to_string();
        assert_eq!(url("/chat", None), "http://localhost:1/v1/chat?old=1");
        assert_eq!(url("/chat", Some("new=1")), "http://localhost:1/v1/chat?new=1");
        assert_eq!(url("/embed dings", None), "http://localhost:1/v1/embed%20dings?old=1");
        assert_eq!(url("/chat", None), "http://localhost:1/v1/chat?old=1");
    }
}
