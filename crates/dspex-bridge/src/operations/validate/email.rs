//! `email`: an address that mail can be sent to.

use std::sync::Arc;

use dspex_signature::Value;
use email_address::{EmailAddress, Error, Options as Syntax};

use super::{Found, Options, Row, Rule, ValidatorError};

pub(super) const ROW: Row = Row {
    name: "email",
    about: "a mail address of RFC 5321 with a domain of two labels or more, without a display name",
    options: &["domains"],
    build,
};

/// The longest address, in bytes: the 256 of a path in RFC 5321 without its brackets.
pub(super) const MAX_BYTES: usize = 254;

struct Email {
    /// The domains that an address may have, in lower case; any where there are none.
    domains: Vec<String>,
}

fn build(options: &Options<'_>) -> Result<Arc<dyn Rule>, ValidatorError> {
    let domains = options.texts("domains")?.unwrap_or_default();
    Ok(Arc::new(Email { domains: domains.into_iter().map(str::to_lowercase).collect() }))
}

impl Rule for Email {
    fn check(&self, value: &Value, found: &mut Found) {
        found.each_text(value, MAX_BYTES, |text, found| match parse(text) {
            Err(error) => {
                let message = format!("is not a mail address: {error}");
                found.push("email", message, "give an address such as `name@example.org`");
            }
            Ok(address) => {
                let domain = address.domain().to_lowercase();
                if !self.domains.is_empty() && !self.domains.contains(&domain) {
                    let hint = format!("domains are `{}`", self.domains.join("`, `"));
                    found.push("email.domain", "is a mail address of another domain", hint);
                }
            }
        });
    }
}

/// The address that a text is as a whole, or why it is none.
pub(super) fn parse(text: &str) -> Result<EmailAddress, &'static str> {
    let syntax =
        Syntax::default().with_required_tld().without_display_text().without_domain_literal();
    let address = EmailAddress::parse_with_options(text, syntax).map_err(|error| words(&error))?;
    // No top-level domain is a number: `10.0.0.1` is an address of IP, `tool@1.2.3` a version.
    let last = address.domain().rsplit('.').next().unwrap_or_default();
    match last.bytes().all(|byte| byte.is_ascii_digit()) {
        true => Err("its domain ends in a number"),
        false => Ok(address),
    }
}

const fn words(error: &Error) -> &'static str {
    match error {
        Error::MissingSeparator => "it has no `@`",
        Error::LocalPartEmpty => "nothing stands before its `@`",
        Error::LocalPartTooLong => "more than 64 bytes stand before its `@`",
        Error::DomainEmpty => "nothing stands after its `@`",
        Error::DomainTooLong | Error::SubDomainTooLong => "its domain is too long",
        Error::SubDomainEmpty | Error::DomainInvalidSeparator => "its domain has an empty label",
        Error::DomainTooFew => "its domain has one label only",
        Error::UnsupportedDomainLiteral => "its domain is an IP address",
        Error::UnsupportedDisplayName | Error::MissingDisplayName | Error::MissingEndBracket => {
            "it is written with a name or in brackets"
        }
        _ => "it has a character that does not belong there",
    }
}

#[cfg(test)]
mod tests {
    use dspex_signature::fields;

    use crate::operations::validate::tests::told;

    #[test]
    fn addresses_pass_and_the_rest_is_told_why() {
        for (text, expected) in [
            ("ada@example.org", ""),
            ("ada.lovelace+tag@mail.example.co.uk", ""),
            ("\"ada b\"@example.org", ""),
            ("ädä@exämple.org", ""),
            ("ada", "it has no `@`"),
            ("@example.org", "nothing stands before its `@`"),
            ("ada@", "nothing stands after its `@`"),
            ("ada@example", "its domain has one label only"),
            ("ada@example..org", "its domain has an empty label"),
            ("ada@10.0.0.1", "its domain ends in a number"),
            ("ada@1.2.example", ""),
            ("ada@[10.0.0.1]", "its domain is an IP address"),
            ("Ada <ada@example.org>", "it is written with a name or in brackets"),
            ("ada b@example.org", "it has a character that does not belong there"),
            ("ada@example.org ", "it has a character that does not belong there"),
            ("ada@example.org\n", "it has a character that does not belong there"),
            ("", "it has no `@`"),
        ] {
            let expected = match expected {
                "" => String::new(),
                why => format!("the value is not a mail address: {why}"),
            };
            assert_eq!(told("email", &fields! {}, text), expected, "{text}");
        }
        let long = format!("a@{}.org", "b".repeat(250));
        assert_eq!(told("email", &fields! {}, long), "the value has 256 bytes, more than 254");
        let long = format!("{}@example.org", "a".repeat(65));
        assert!(
            told("email", &fields! {}, long).ends_with("more than 64 bytes stand before its `@`")
        );
    }

    #[test]
    fn a_list_is_checked_item_by_item_and_domains_may_be_said() {
        let ours = fields! { "domains" => ["Example.org"] };
        let addresses = vec!["ada@EXAMPLE.org", "bob@example.com", "cem"];
        let expected = "`[1]` is a mail address of another domain; \
                        `[2]` is not a mail address: it has no `@`";
        assert_eq!(told("email", &ours, addresses), expected);
        assert_eq!(told("email", &ours, Vec::<String>::new()), "");
        assert_eq!(told("email", &ours, 7), "the value should be `str`, found `int`");
    }
}
