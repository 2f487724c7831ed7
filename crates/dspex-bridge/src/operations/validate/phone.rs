//! `phone`: a number that a numbering plan has.

use std::sync::Arc;

use dspex_signature::Value;
use phonenumber::country::Id;
use phonenumber::metadata::{DATABASE, Database};

use super::{Found, Options, Row, Rule, ValidatorError};

pub(super) const ROW: Row = Row {
    name: "phone",
    about: "a telephone number with `+` and country code, or a national one of `region`, that \
            libphonenumber's numbering plans have",
    options: &["region"],
    build,
};

/// The longest text, in bytes: 15 digits and what may stand between them.
const MAX_BYTES: usize = 40;

struct Phone {
    region: Option<Id>,
}

fn build(options: &Options<'_>) -> Result<Arc<dyn Rule>, ValidatorError> {
    load_plans();
    Ok(Arc::new(Phone { region: region(options)? }))
}

/// Reads the numbering plans, once in a program: it takes tenths of a second, which no check should.
pub(super) fn load_plans() {
    let _: &Database = &DATABASE;
}

/// The region of ISO 3166, `GB`, that numbers without a country code are of.
pub(super) fn region(options: &Options<'_>) -> Result<Option<Id>, ValidatorError> {
    let region = options.text("region")?.map(str::parse);
    let fault = |_| options.fault("region", "should be a region of two letters such as `GB`");
    region.transpose().map_err(fault)
}

impl Rule for Phone {
    fn check(&self, value: &Value, found: &mut Found) {
        found.each_text(value, MAX_BYTES, |text, found| {
            if !is_number(text, self.region) {
                let hint = match self.region {
                    None => "give a number such as `+44 20 7946 0958`, with the country code",
                    Some(_) => "give a number of the region, or one with `+` and country code",
                };
                found.push("phone", "is not a telephone number", hint);
            }
        });
    }
}

/// Whether the text as a whole is a number of a plan. What the library would leave out, words
/// around a number, letters that stand for digits and extensions, may not be there.
pub(super) fn is_number(text: &str, region: Option<Id>) -> bool {
    let of_number = |char: char| char.is_ascii_digit() || " -.()/".contains(char);
    let (plus, rest) = match text.strip_prefix('+') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let begins = rest.starts_with(|char: char| char.is_ascii_digit() || char == '(');
    let ends = rest.ends_with(|char: char| char.is_ascii_digit());
    (plus || region.is_some())
        && (begins && ends && rest.chars().all(of_number))
        && phonenumber::parse(region, text).is_ok_and(|number| number.is_valid())
}

#[cfg(test)]
mod tests {
    use dspex_signature::fields;

    use super::*;
    use crate::operations::validate::tests::{fault, told};

    #[test]
    fn numbers_of_a_plan_pass() {
        let no_number = "the value is not a telephone number";
        let british = fields! { "region" => "GB" };
        for (options, text, expected) in [
            (&fields! {}, "+44 20 8366 1177", ""),
            (&fields! {}, "+1 (650) 253-0000", ""),
            (&fields! {}, "+49/30/901820", ""),
            (&fields! {}, "020 8366 1177", no_number),
            (&british, "020 8366 1177", ""),
            (&british, "(020) 8366 1177", ""),
            (&british, "+1 650-253-0000", ""),
            (&british, "0", no_number),
            (&fields! {}, "+1 000 000 0000", no_number),
            (&fields! {}, "+999 123 456", no_number),
            (&fields! {}, "call +44 20 8366 1177", no_number),
            (&fields! {}, "+44 20 8366 1177 x7", no_number),
            (&fields! {}, "+1 800 FLOWERS", no_number),
            (&fields! {}, "tel:+44-20-8366-1177", no_number),
            (&fields! {}, "+44 20 8366 1177 ", no_number),
            (&fields! {}, ".;phone-context=", no_number),
            (&fields! {}, "+", no_number),
            (&fields! {}, "", no_number),
        ] {
            assert_eq!(told("phone", options, text), expected, "{text}");
        }
        let long = format!("+44{}", " ".repeat(40));
        assert_eq!(told("phone", &fields! {}, long), "the value has 43 bytes, more than 40");
        assert!(fault("phone", &fields! { "region" => "Britain" }).contains("such as `GB`"));
    }

    proptest::proptest! {
        /// The library has panicked on texts before; on those that reach it, it does not.
        #[test]
        fn no_text_is_a_surprise(text in "\\+?[0-9 ().\\-/]{0,38}[0-9]") {
            is_number(&text, None);
            is_number(&text, Some(Id::US));
        }
    }
}
