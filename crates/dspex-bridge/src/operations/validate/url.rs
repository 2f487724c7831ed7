//! `url`: an absolute address of the web.

use std::cell::Cell;
use std::sync::Arc;

use dspex_signature::Value;
use url::{ParseError, SyntaxViolation, Url};

use super::{Found, Options, Row, Rule, ValidatorError};

pub(super) const ROW: Row = Row {
    name: "url",
    about: "an absolute URL with a host, written as WHATWG's standard says, nothing to be repaired",
    options: &["schemes", "credentials"],
    build,
};

/// The longest URL, in bytes: what RFC 9110 asks every server to take.
const MAX_BYTES: usize = 8000;

struct Address {
    schemes: Vec<String>,
    credentials: bool,
}

fn build(options: &Options<'_>) -> Result<Arc<dyn Rule>, ValidatorError> {
    let schemes = options.texts("schemes")?.unwrap_or_else(|| vec!["http", "https"]);
    let schemes = schemes.into_iter().map(str::to_ascii_lowercase).collect();
    Ok(Arc::new(Address { schemes, credentials: options.flag("credentials", false)? }))
}

impl Rule for Address {
    fn check(&self, value: &Value, found: &mut Found) {
        found.each_text(value, MAX_BYTES, |text, found| {
            let repaired = Cell::new(None);
            let note = |violation| match violation {
                // Whether they may stand there is an option.
                SyntaxViolation::EmbeddedCredentials => {}
                violation => repaired.set(repaired.get().or(Some(violation))),
            };
            let url = Url::options().syntax_violation_callback(Some(&note)).parse(text);
            match (url, repaired.get()) {
                (Err(error), _) => not_a_url(words(error), found),
                (Ok(_), Some(violation)) => not_a_url(violation.description(), found),
                (Ok(url), None) => self.check_parts(&url, found),
            }
        });
    }
}

impl Address {
    fn check_parts(&self, url: &Url, found: &mut Found) {
        if !self.schemes.iter().any(|scheme| scheme == url.scheme()) {
            let hint = format!("schemes are `{}`", self.schemes.join("`, `"));
            found.push("url.scheme", "is a URL of another scheme", hint);
        }
        if !url.has_host() {
            found.push("url.host", "is a URL without a host", "write `scheme://host/path`");
        }
        let has_credentials = !url.username().is_empty() || url.password().is_some();
        if has_credentials && !self.credentials {
            let hint = "leave out the user's name and password";
            found.push("url.credentials", "is a URL with credentials", hint);
        }
    }
}

fn not_a_url(why: &str, found: &mut Found) {
    let hint = "give a URL such as `https://example.org/path?name=value`";
    found.push("url", format!("is not a URL: {why}"), hint);
}

const fn words(error: ParseError) -> &'static str {
    match error {
        ParseError::RelativeUrlWithoutBase | ParseError::RelativeUrlWithCannotBeABaseBase => {
            "it has no scheme"
        }
        ParseError::EmptyHost => "its host is empty",
        ParseError::InvalidPort => "its port is no number up to 65535",
        ParseError::InvalidIpv4Address | ParseError::InvalidIpv6Address => {
            "its host looks like an IP address and is none"
        }
        _ => "its host has a character that does not belong there",
    }
}

#[cfg(test)]
mod tests {
    use dspex_signature::fields;

    use crate::operations::validate::tests::told;

    #[test]
    fn addresses_pass_as_they_are_written() {
        for (text, expected) in [
            ("https://example.org", ""),
            ("http://example.org:8080/a%20b?c=d#e", ""),
            ("https://bücher.example/ü", ""),
            ("http://[2001:db8::1]/", ""),
            (
                "https://example.org/\n",
                "is not a URL: leading or trailing control or space character are ignored in URLs",
            ),
            (
                " https://example.org",
                "is not a URL: leading or trailing control or space character are ignored in URLs",
            ),
            ("https:/example.org", "is not a URL: expected //"),
            ("https:\\\\example.org", "is not a URL: expected //"),
            ("https://example.org/a b", "is not a URL: non-URL code point"),
            ("https://example.org/%zz", "is not a URL: expected 2 hex digits after %"),
            ("example.org/path", "is not a URL: it has no scheme"),
            ("https://", "is not a URL: its host is empty"),
            (
                "https://exa mple.org",
                "is not a URL: its host has a character that does not belong there",
            ),
            ("https://example.org:99999", "is not a URL: its port is no number up to 65535"),
            ("http://1.2.3.999", "is not a URL: its host looks like an IP address and is none"),
            ("ftp://example.org", "is a URL of another scheme"),
            (
                "javascript:alert(1)",
                "is a URL of another scheme; the value is a URL without a host",
            ),
            ("https://ada:secret@example.org", "is a URL with credentials"),
            ("", "is not a URL: it has no scheme"),
        ] {
            let expected = match expected {
                "" => String::new(),
                why => format!("the value {why}"),
            };
            assert_eq!(told("url", &fields! {}, text), expected, "{text}");
        }
        let own = fields! { "schemes" => "FTP", "credentials" => true };
        assert_eq!(told("url", &own, "ftp://ada:secret@example.org/"), "");
        let long = format!("https://example.org/{}", "a".repeat(8000));
        assert_eq!(told("url", &fields! {}, long), "the value has 8020 bytes, more than 8000");
    }
}
