//! `credit_card`: a number of a payment card.

use std::ops::RangeInclusive;
use std::sync::Arc;

use dspex_signature::Value;

use super::{Found, Options, Row, Rule, ValidatorError};

pub(super) const ROW: Row = Row {
    name: "credit_card",
    about: "a card number of 12 to 19 digits whose last one is right by Luhn's formula",
    options: &["brands"],
    build,
};

/// The longest text, in bytes: 19 digits and what may stand between them.
const MAX_BYTES: usize = 37;

/// How many digits a number may have, by ISO/IEC 7812.
pub(super) const DIGITS: RangeInclusive<usize> = 12..=19;

/// A brand, the prefixes of its numbers (as many digits as the first bound has) and their lengths.
struct Brand(&'static str, &'static [RangeInclusive<u32>], &'static [usize]);

/// The issuers' ranges as they publish them; co-branded and regional cards are left out.
const BRANDS: [Brand; 8] = [
    Brand("amex", &[34..=34, 37..=37], &[15]),
    Brand("diners", &[300..=305, 3095..=3095, 36..=36, 38..=39], &[14, 15, 16, 17, 18, 19]),
    Brand("discover", &[6011..=6011, 644..=649, 65..=65], &[16, 17, 18, 19]),
    Brand("jcb", &[3528..=3589], &[16, 17, 18, 19]),
    Brand(
        "maestro",
        &[5018..=5018, 5020..=5020, 5038..=5038, 5893..=5893, 6304..=6304, 6759..=6763],
        &[12, 13, 14, 15, 16, 17, 18, 19],
    ),
    Brand("mastercard", &[51..=55, 2221..=2720], &[16]),
    Brand("unionpay", &[62..=62], &[16, 17, 18, 19]),
    Brand("visa", &[4..=4], &[13, 16, 19]),
];

struct Card {
    /// The brands that a card may be of; any, and unknown ones, where there are none.
    brands: Vec<&'static str>,
}

fn build(options: &Options<'_>) -> Result<Arc<dyn Rule>, ValidatorError> {
    let known = |name: &str| BRANDS.iter().map(|brand| brand.0).find(|known| *known == name);
    let named = options.texts("brands")?.unwrap_or_default();
    let brands = named.into_iter().map(known).collect::<Option<Vec<_>>>();
    let brands = brands.ok_or_else(|| {
        let names = BRANDS.each_ref().map(|brand| brand.0).join("`, `");
        options.fault("brands", format!("should be of `{names}`"))
    })?;
    Ok(Arc::new(Card { brands }))
}

impl Rule for Card {
    fn check(&self, value: &Value, found: &mut Found) {
        found.each_text(value, MAX_BYTES, |text, found| {
            let hint = "give the digits, in groups with a space or a hyphen between if you like";
            let Some(digits) = digits(text).filter(|digits| DIGITS.contains(&digits.len())) else {
                return found.push("credit_card", "is not a card number of 12 to 19 digits", hint);
            };
            if !passes_luhn(&digits) {
                let message = "is a card number with a wrong digit, by Luhn's formula";
                return found.push("credit_card.luhn", message, "read the number once more");
            }
            let is_allowed = |brand: &str| self.brands.contains(&brand);
            if !self.brands.is_empty() && !brand(&digits).is_some_and(is_allowed) {
                let hint = format!("brands are `{}`", self.brands.join("`, `"));
                found.push("credit_card.brand", "is a card number of another brand", hint);
            }
        });
    }
}

/// The digits of a number that is written in groups.
fn digits(text: &str) -> Option<Vec<u8>> {
    let mut digits = Vec::with_capacity(text.len());
    let mut is_gap = true;
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' => digits.push(byte - b'0'),
            b' ' | b'-' if !is_gap => {}
            _ => return None,
        }
        is_gap = !byte.is_ascii_digit();
    }
    (!is_gap).then_some(digits)
}

/// Whether the last digit is the one that the others ask for; ISO/IEC 7812-1, annex B.
pub(super) fn passes_luhn(digits: &[u8]) -> bool {
    let doubled = |digit: u8| if digit > 4 { 2 * digit - 9 } else { 2 * digit };
    let odd = digits.iter().rev().step_by(2).map(|digit| u32::from(*digit));
    let even = digits.iter().rev().skip(1).step_by(2).map(|digit| u32::from(doubled(*digit)));
    odd.chain(even).sum::<u32>() % 10 == 0
}

/// The brand whose numbers begin so and are as long.
pub(super) fn brand(digits: &[u8]) -> Option<&'static str> {
    let begins = |range: &RangeInclusive<u32>| {
        let n_digits = range.start().to_string().len();
        let prefix =
            digits.iter().take(n_digits).fold(0, |number, digit| number * 10 + u32::from(*digit));
        range.contains(&prefix)
    };
    let is_of = |brand: &&Brand| brand.1.iter().any(begins) && brand.2.contains(&digits.len());
    BRANDS.iter().find(is_of).map(|brand| brand.0)
}

#[cfg(test)]
mod tests {
    use dspex_signature::fields;

    use crate::operations::validate::tests::{fault, told};

    /// Numbers that payment services publish for tests.
    const TESTS: [(&str, &str); 11] = [
        ("amex", "378282246310005"),
        ("diners", "30569309025904"),
        ("discover", "6011111111111117"),
        ("jcb", "3530111333300000"),
        ("maestro", "6759649826438453"),
        ("mastercard", "5555555555554444"),
        ("mastercard", "2223003122003222"),
        ("unionpay", "6200000000000005"),
        ("visa", "4111111111111111"),
        ("visa", "4222222222222"),
        ("visa", "4012 8888 8888 1881"),
    ];

    #[test]
    fn numbers_pass_by_luhn_and_brand() {
        for (brand, number) in TESTS {
            assert_eq!(told("credit_card", &fields! {}, number), "", "{number}");
            assert_eq!(told("credit_card", &fields! { "brands" => brand }, number), "", "{number}");
            let other = if brand == "visa" { "amex" } else { "visa" };
            let told = told("credit_card", &fields! { "brands" => other }, number);
            assert_eq!(told, "the value is a card number of another brand", "{number}");
        }
        assert!(
            fault("credit_card", &fields! { "brands" => "visas" }).contains("`unionpay`, `visa`")
        );
    }

    #[test]
    fn what_is_no_number_is_told_without_it() {
        let no_number = "the value is not a card number of 12 to 19 digits";
        for (text, expected) in [
            ("4111-1111-1111-1111", ""),
            (
                "4111111111111112",
                "the value is a card number with a wrong digit, by Luhn's formula",
            ),
            ("4111 1111  1111 1111", no_number),
            ("4111111111111111 ", no_number),
            ("42", no_number),
            ("4111x111x1111x1111", no_number),
            ("", no_number),
            ("٤١١١١١١١", no_number),
        ] {
            assert_eq!(told("credit_card", &fields! {}, text), expected, "{text}");
        }
        let long = "1".repeat(38);
        assert_eq!(told("credit_card", &fields! {}, long), "the value has 38 bytes, more than 37");
    }
}
