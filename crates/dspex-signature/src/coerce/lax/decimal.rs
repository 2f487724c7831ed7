//! `decimal.Decimal`: text into decimals, and numbers of all types as decimals.

use std::{borrow::Cow, cmp::Ordering};

use crate::{Tag, Tagged, Value, value::unicode::is_space};

/// Exponents beyond this are left to Python, whose own limits lie further out.
const MAX_EXPONENT: i64 = 100_000_000_000_000_000;

/// What a text is as a decimal.
#[derive(Debug, PartialEq)]
pub(super) enum Reading<'a> {
    Is(Number<'a>),
    /// No number, or one that is not finite, which pydantic refuses.
    IsNot,
    /// Python may read it: digits of other scripts, exponents of 17 digits.
    MayBe,
}

/// A finite number: `-digits * 10^exponent`.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::coerce) struct Number<'a> {
    negative: bool,
    /// Without leading zeros; `0` for zero.
    digits: Cow<'a, str>,
    exponent: i64,
}

impl<'a> Number<'a> {
    fn new(negative: bool, digits: Cow<'a, str>, exponent: i64) -> Self {
        let n_zeros = digits.len() - digits.trim_start_matches('0').len();
        // A zero has one digit.
        let n_dropped = n_zeros.min(digits.len().saturating_sub(1));
        let digits = match digits {
            Cow::Borrowed(digits) => Cow::Borrowed(&digits[n_dropped..]),
            Cow::Owned(mut digits) => {
                digits.drain(..n_dropped);
                Cow::Owned(digits)
            }
        };
        Self { negative, digits, exponent }
    }

    fn integer(text: Cow<'a, str>) -> Self {
        match text {
            Cow::Borrowed(text) => {
                let digits = text.strip_prefix('-').unwrap_or(text);
                Self::new(digits.len() < text.len(), Cow::Borrowed(digits), 0)
            }
            Cow::Owned(text) => {
                let digits = text.trim_start_matches('-').to_owned();
                Self::new(digits.len() < text.len(), Cow::Owned(digits), 0)
            }
        }
    }

    /// A number exactly as it is; `None` for what is no finite number.
    pub(in crate::coerce) fn of(value: &'a Value) -> Option<Self> {
        match value {
            Value::Bool(bool) => Some(Self::integer(if *bool { "1" } else { "0" }.into())),
            Value::Int(int) => Some(Self::integer(int.to_string().into())),
            Value::BigInt(big) => Some(Self::integer(big.as_str().into())),
            // No float has more than 1074 decimals.
            Value::Float(float) if float.is_finite() => match read(&format!("{float:.1074}")) {
                Reading::Is(number) => Some(number.into_owned()),
                _ => None,
            },
            Value::Tagged(tagged) if tagged.tag() == Tag::Decimal => match read(tagged.as_str()) {
                Reading::Is(number) => Some(number),
                _ => None,
            },
            _ => None,
        }
    }

    fn into_owned<'b>(self) -> Number<'b> {
        Number { digits: Cow::Owned(self.digits.into_owned()), ..self }
    }

    fn is_zero(&self) -> bool {
        self.digits == "0"
    }

    /// The power of ten of the first digit.
    fn magnitude(&self) -> i64 {
        self.exponent + i64::try_from(self.digits.len()).unwrap_or(i64::MAX / 2) - 1
    }

    pub(in crate::coerce) fn order(&self, other: &Self) -> Ordering {
        use Ordering::{Greater, Less};
        match (self.is_zero(), other.is_zero()) {
            (true, true) => return Ordering::Equal,
            (true, false) => return if other.negative { Greater } else { Less },
            (false, true) => return if self.negative { Less } else { Greater },
            (false, false) => {}
        }
        if self.negative != other.negative {
            return other.negative.cmp(&self.negative);
        }
        // With the first digits aligned, the texts decide, where zeros at the end mean nothing.
        let significant = |number: &'_ Self| number.digits.trim_end_matches('0').len();
        let digits = || self.digits[..significant(self)].cmp(&other.digits[..significant(other)]);
        let order = self.magnitude().cmp(&other.magnitude()).then_with(digits);
        if self.negative { order.reverse() } else { order }
    }

    /// The integer it is; `None` for a fraction, `Some(None)` where it has thousands of digits.
    pub(super) fn as_integer(&self) -> Option<Option<String>> {
        const MAX_ZEROS: i64 = 4000;
        if self.is_zero() {
            return Some(Some("0".to_owned()));
        }
        let sign = if self.negative { "-" } else { "" };
        if self.exponent >= 0 {
            let n_zeros = usize::try_from(self.exponent).ok().filter(|_| self.exponent < MAX_ZEROS);
            return Some(
                n_zeros.map(|n_zeros| format!("{sign}{}{}", self.digits, "0".repeat(n_zeros))),
            );
        }
        let n_decimals = usize::try_from(self.exponent.unsigned_abs()).ok()?;
        let n_whole = self.digits.len().checked_sub(n_decimals).filter(|n_whole| *n_whole > 0)?;
        let (whole, decimals) = self.digits.split_at(n_whole);
        decimals.bytes().all(|digit| digit == b'0').then(|| Some(format!("{sign}{whole}")))
    }

    /// Both numbers as multiples of one power of ten; `None` beyond 13 digits.
    pub(super) fn aligned(&self, other: &Self) -> Option<(i64, i64)> {
        let exponent = self.exponent.min(other.exponent);
        let scaled = |number: &Self| {
            let n_zeros = usize::try_from(number.exponent - exponent).ok()?;
            if number.digits.len() + n_zeros > 13 {
                return None;
            }
            let digits: i64 = number.digits.parse().ok()?;
            let scale = 10_i64.pow(u32::try_from(n_zeros).ok()?);
            Some(if number.negative { -digits * scale } else { digits * scale })
        };
        Some((scaled(self)?, scaled(other)?))
    }

    /// The text of Python's `str(Decimal)`: plain digits, or an exponent for numbers below
    /// `0.000001` and for those whose last digits are not known.
    pub(super) fn to_text(&self) -> String {
        let sign = if self.negative { "-" } else { "" };
        let digits = &*self.digits;
        let magnitude = self.magnitude();
        if self.exponent <= 0 && magnitude >= -6 {
            if self.exponent == 0 {
                return format!("{sign}{digits}");
            }
            let n_decimals = usize::try_from(-self.exponent).unwrap_or_default();
            return match digits.len().checked_sub(n_decimals) {
                Some(n_whole) if n_whole > 0 => {
                    format!("{sign}{}.{}", &digits[..n_whole], &digits[n_whole..])
                }
                _ => format!("{sign}0.{digits:0>n_decimals$}"),
            };
        }
        let (first, rest) = digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        format!("{sign}{first}{point}{rest}E{magnitude:+}")
    }

    pub(super) fn into_value(self) -> Value {
        Tagged::from_canonical(Tag::Decimal, self.to_text()).into()
    }
}

/// The decimal whose digits Python prints for a float; `None` where it is not finite.
pub(super) fn of_float(float: &Value) -> Option<Value> {
    match read(&float.python_repr()) {
        Reading::Is(number) => Some(number.into_value()),
        _ => None,
    }
}

/// Reads what `Decimal(text)` reads: white space around the number and underscores anywhere mean
/// nothing.
pub(super) fn read(text: &str) -> Reading<'_> {
    let text = text.trim_matches(is_space);
    if !text.is_ascii() {
        // Python reads the digits of all scripts.
        let may_be = text.chars().any(|char| !char.is_ascii() && char.is_numeric());
        return if may_be { Reading::MayBe } else { Reading::IsNot };
    }
    match text.contains('_') {
        false => plain(text),
        true => match plain(&text.replace('_', "")) {
            Reading::Is(number) => Reading::Is(number.into_owned()),
            Reading::IsNot => Reading::IsNot,
            Reading::MayBe => Reading::MayBe,
        },
    }
}

/// `[sign] digits [. digits] [e [sign] digits]`
fn plain(text: &str) -> Reading<'_> {
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent_digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let is_number = all_digits(whole)
        && all_digits(decimals)
        && all_digits(exponent_digits)
        && !exponent_digits.is_empty()
        && whole.len() + decimals.len() > 0;
    if !is_number {
        return Reading::IsNot;
    }
    let Ok(exponent) = exponent.parse::<i64>() else { return Reading::MayBe };
    if exponent.abs() > MAX_EXPONENT {
        return Reading::MayBe;
    }
    let digits = match (whole, decimals) {
        (whole, "") => Cow::Borrowed(whole),
        ("", decimals) => Cow::Borrowed(decimals),
        (whole, decimals) => Cow::Owned(format!("{whole}{decimals}")),
    };
    let n_decimals = i64::try_from(decimals.len()).unwrap_or(i64::MAX / 4);
    Reading::Is(Number::new(text.starts_with('-'), digits, exponent - n_decimals))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let actual = match read(text) {
            Reading::Is(number) => number.to_text(),
            Reading::IsNot => "no".to_owned(),
            Reading::MayBe => "may be".to_owned(),
        };
        assert_eq!(actual, expected, "{text:?}");
    }

    #[test]
    fn decimals_are_written_as_python_writes_them() {
        check("1.50", "1.50");
        check("007.10", "7.10");
        check("-.5e-3", "-0.0005");
        check("1e5", "1E+5");
        check("12.5e+10", "1.25E+11");
        check("0.0000001", "1E-7");
        check("0e-6", "0.000000");
        check("0e5", "0E+5");
        check("-0", "-0");
        check("1.", "1");
        check(" 1__0_\u{2003}", "10");
        check("1e5_0", "1E+50");
        check("123456789012345678901234567890.5", "123456789012345678901234567890.5");
        check("nan", "no");
        check("-Infinity", "no");
        check("1e", "no");
        check("", "no");
        check(".", "no");
        check("0x10", "no");
        check("1 000", "no");
        check("٣", "may be");
        check("é", "no");
        check("1e9999999999999999999999", "may be");
    }

    #[test]
    fn decimals_have_an_order() {
        for (one, other, expected) in [
            ("1.0", "1", Ordering::Equal),
            ("-0", "0.0", Ordering::Equal),
            ("9", "10", Ordering::Less),
            ("-9", "-10", Ordering::Greater),
            ("-1", "0", Ordering::Less),
            ("0.0", "1", Ordering::Less),
            ("1", "0.0", Ordering::Greater),
            ("0", "-1", Ordering::Greater),
            ("1E+5", "100000.0", Ordering::Equal),
            ("0.1", "0.09999", Ordering::Greater),
        ] {
            let (Reading::Is(left), Reading::Is(right)) = (read(one), read(other)) else {
                panic!()
            };
            assert_eq!(left.order(&right), expected, "{one} and {other}");
        }
    }
}
