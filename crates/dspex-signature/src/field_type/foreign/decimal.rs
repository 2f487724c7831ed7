//! Decimal numbers of rust_decimal.

use rust_decimal::Decimal;

use super::tagged::tagged;

tagged! {
    Decimal, Decimal, "Decimal of 28 digits",
        |decimal| decimal.to_string(),
        |text| Self::from_str_exact(text).or_else(|_| Self::from_scientific(text)).ok();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FieldType, Value};

    #[track_caller]
    fn check(given: impl Into<Value>, expected: &str) {
        let read = Decimal::from_value(&given.into());
        let written = read.map_or_else(|error| error.to_string(), |decimal| decimal.to_string());
        assert_eq!(written, expected);
    }

    #[test]
    fn decimals_keep_their_digits() {
        check("1.50", "1.50");
        check("1E+2", "100");
        check(3, "3");
        check(0.1, "0.1");
        let long = "0.1234567890123456789012345678901";
        check(long, "expected `Decimal of 28 digits`, found `another`");
        check("many", "expected `decimal.Decimal`, found `str`");
    }
}
