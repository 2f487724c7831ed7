//! Python's literals: what `ast.literal_eval` of Python 3.11 makes of a text.
//!
//! DSPy tries it on texts that are no JSON. A text is read in two steps, each in its file:
//! `tokens` (text to Python's tokens, with `number` and `quoted`) and `parser` (tokens to a
//! value, with `hashing` for the items of sets and the keys of dicts). What is no literal is
//! refused by Python in one of two ways that DSPy does not tell apart, so that the rest of
//! Python's grammar need not be known. Only `depth` looks at it: Python's parser has a limit, and
//! runs into it with an exception that DSPy does not catch.

mod depth;
mod hashing;
mod number;
mod parser;
mod quoted;
#[cfg(test)]
mod tests;
mod tokens;

use std::borrow::Cow;

pub(crate) use number::{Number, number};
pub(crate) use quoted::{EscapeFault, new_lines, quoted, unescape};

use crate::Value;

/// What `ast.literal_eval` does with a text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Literal {
    /// It gives this value. A set has its items in the order in which they are written.
    Is(Value),
    /// It raises a `ValueError` or a `SyntaxError`.
    Refused,
    /// It gives a value that [`Value`] cannot hold, or raises something else, or one of the three
    /// and it is not known which.
    Unsure(&'static str),
}

/// `ast.literal_eval(text)` of Python 3.11.
pub(crate) fn literal_eval(text: &str) -> Literal {
    if text.contains('\0') {
        return Literal::Refused;
    }
    // From here on a line ends in one way only, as in Python's own reader.
    let text: Cow<'_, str> = new_lines(text.trim_start_matches([' ', '\t']));
    match parser::parse(&text) {
        Ok(literal) => literal,
        Err(parser::Stop::Syntax) => Literal::Refused,
        Err(parser::Stop::NoLiteral) if depth::is_shallow(&text) => Literal::Refused,
        Err(parser::Stop::NoLiteral | parser::Stop::TooDeep) => {
            Literal::Unsure("its text may be nested too deeply for Python")
        }
        Err(parser::Stop::Unsure(reason)) => Literal::Unsure(reason),
    }
}
