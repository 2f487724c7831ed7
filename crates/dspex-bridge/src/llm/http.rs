//! HTTP clients: TLS without a process-wide provider, no redirects, bounded bodies.

use std::error::Error;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::{Client, ClientBuilder, Response, Url, redirect};
use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls_platform_verifier::BuilderVerifierExt;

/// How long a connection may take to be made where nobody says.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// The largest body that is read, in bytes; a completion is far smaller.
pub(crate) const MAX_BODY: usize = 32 << 20;

/// A client for the server at `url`.
///
/// A proxy of the environment is used, except for this machine's own servers. A redirect is
/// handed back as it is: following it would carry the prompt to a server nobody configured.
///
/// # Errors
/// A text that says why: no certificates on this machine, for an `https` address.
pub(crate) fn client(url: &Url, connect: Duration) -> Result<Client, String> {
    builder(url, connect)?.build().map_err(|error| innermost(&error))
}

/// The same client, to be set further.
///
/// # Errors
/// As [`client`].
pub(crate) fn builder(url: &Url, connect: Duration) -> Result<ClientBuilder, String> {
    let tls = if url.scheme() == "https" { verified()? } else { without_roots() };
    let builder = Client::builder()
        .tls_backend_preconfigured(tls)
        .connect_timeout(connect)
        .redirect(redirect::Policy::none())
        // Another crate of the build may have switched them on: a packed body could unpack to anything.
        .no_gzip()
        .no_brotli()
        .no_deflate()
        .no_zstd()
        .user_agent(concat!("dspex/", env!("CARGO_PKG_VERSION")));
    Ok(if is_this_machine(url) { builder.no_proxy() } else { builder })
}

/// The innermost reason of an error, which is the one that a reader can act on.
pub(crate) fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut reason = error;
    while let Some(source) = reason.source() {
        reason = source;
    }
    reason.to_string()
}

/// The whole body, or why it was not read.
pub(crate) async fn read_body(response: &mut Response) -> Result<Vec<u8>, BodyError> {
    let announced = response.content_length().unwrap_or(0);
    if announced > MAX_BODY as u64 {
        return Err(BodyError::TooLarge);
    }
    let mut body = Vec::with_capacity(usize::try_from(announced).unwrap_or(0));
    while let Some(chunk) = response.chunk().await.map_err(BodyError::Broken)? {
        if body.len() + chunk.len() > MAX_BODY {
            return Err(BodyError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Why a body was not read.
#[derive(Debug)]
pub(crate) enum BodyError {
    /// It is larger than [`MAX_BODY`].
    TooLarge,
    /// The connection broke.
    Broken(reqwest::Error),
}

/// TLS that trusts what this machine trusts; loaded once, for reading certificates takes
/// milliseconds.
fn verified() -> Result<ClientConfig, String> {
    static VERIFIED: OnceLock<Result<ClientConfig, String>> = OnceLock::new();
    VERIFIED
        .get_or_init(|| {
            let builder = tls().with_platform_verifier().map_err(|error| error.to_string())?;
            Ok(negotiating(builder.with_no_client_auth()))
        })
        .clone()
}

/// TLS for clients that speak plain HTTP: it trusts nobody, and needs no certificates.
fn without_roots() -> ClientConfig {
    negotiating(tls().with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth())
}

fn tls() -> rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier> {
    ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring's provider has suites for the default protocol versions")
}

fn negotiating(mut config: ClientConfig) -> ClientConfig {
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config
}

fn is_this_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || address.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}

/// An address without what may be private in it: user, password, query and fragment. Of what is no
/// address, what stands before an `@` may be a password too.
pub(crate) fn place(address: &str) -> String {
    let parsed = Url::parse(address).ok().filter(Url::has_host);
    let Some(mut url) = parsed else {
        let address = address.split(['?']).next().unwrap_or_default();
        return match address.rsplit_once('@') {
            Some((_, rest)) => format!("..@{rest}"),
            None => address.to_owned(),
        };
    };
    // Both fail only for addresses that cannot carry a user at all.
    let _ = (url.set_username(""), url.set_password(None));
    url.set_query(None);
    url.set_fragment(None);
    url.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, expected: bool) {
        assert_eq!(is_this_machine(&Url::parse(url).unwrap()), expected, "{url}");
    }

    #[test]
    fn an_address_is_shown_without_what_is_private() {
        for (address, shown) in [
            ("https://user:pw@host.test/v1?key=1#f", "https://host.test/v1"),
            ("https://user:p#ss@host.test/v1", "..@host.test/v1"),
            ("user:pw@host.test:8000/v1", "..@host.test:8000/v1"),
            ("not an address", "not an address"),
        ] {
            assert_eq!(place(address), shown);
        }
    }

    #[test]
    fn this_machine_is_known_by_its_names() {
        check("http://localhost:11434/v1", true);
        check("http://127.0.0.1/v1", true);
        check("http://[::1]:80/", true);
        check("https://api.openai.com/v1", false);
        check("http://localhost.example.com/", false);
    }

    #[test]
    fn a_plain_client_needs_no_certificates() {
        assert!(client(&Url::parse("http://127.0.0.1:1/v1").unwrap(), CONNECT_TIMEOUT).is_ok());
    }
}
