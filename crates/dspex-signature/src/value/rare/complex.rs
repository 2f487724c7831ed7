//! Complex numbers, as Python and pydantic write them.

use std::fmt;

use super::Rare;
use crate::{Value, value::text::float_repr};

/// A complex number of two floats; both keep their bits, `nan` and `-0.0` included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Complex {
    /// The real part.
    pub re: f64,
    /// The imaginary part.
    pub im: f64,
}

impl Complex {
    /// The text that pydantic writes in JSON: `1+2j`, `1j`.
    pub(crate) fn json_text(self) -> String {
        let Self { re, im } = self;
        let sign = if im.is_sign_negative() && !im.is_nan() { "" } else { "+" };
        match re == 0.0 {
            true => format!("{im}j"),
            false => format!("{re}{sign}{im}j"),
        }
    }
}

impl fmt::Display for Complex {
    /// As Python's `str()` and `repr()`, which are the same: `(1+2j)`, `1j`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { re, im } = *self;
        if re == 0.0 && re.is_sign_positive() {
            return write!(formatter, "{}j", short(im));
        }
        let sign = if im.is_sign_negative() && !im.is_nan() { "" } else { "+" };
        write!(formatter, "({}{sign}{}j)", short(re), short(im))
    }
}

/// A float without the `.0` that a float on its own has.
fn short(float: f64) -> String {
    let mut text = String::new();
    float_repr(float, &mut text).expect("writing to a `String` cannot fail");
    let is_whole = text.ends_with(".0");
    text.truncate(text.len() - if is_whole { 2 } else { 0 });
    text
}

impl From<Complex> for Value {
    fn from(complex: Complex) -> Self {
        Rare::Complex(complex).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts as Python 3.11 and pydantic give them.
    #[track_caller]
    fn check(re: f64, im: f64, repr: &str, json: &str) {
        let value = Value::from(Complex { re, im });
        assert_eq!(value.python_repr(), repr);
        assert_eq!(value.python_str(), repr);
        assert_eq!(value.to_json(), format!("\"{json}\""));
    }

    #[test]
    fn complex_numbers_print_as_python_prints_them() {
        check(0.0, 0.0, "0j", "0j");
        check(0.0, -0.0, "-0j", "-0j");
        check(-0.0, 2.0, "(-0+2j)", "2j");
        check(-0.0, f64::NAN, "(-0+nanj)", "NaNj");
        check(1.0, 2.0, "(1+2j)", "1+2j");
        check(1.0, -0.0, "(1-0j)", "1-0j");
        check(-1.5, -2.5, "(-1.5-2.5j)", "-1.5-2.5j");
        check(1e16, 1e16, "(1e+16+1e+16j)", "10000000000000000+10000000000000000j");
        check(1e-7, f64::NEG_INFINITY, "(1e-07-infj)", "0.0000001-infj");
        check(f64::NAN, f64::NAN, "(nan+nanj)", "NaN+NaNj");
        check(f64::INFINITY, -0.0, "(inf-0j)", "inf-0j");
        check(123_456_789.0, 0.0, "(123456789+0j)", "123456789+0j");
    }
}
