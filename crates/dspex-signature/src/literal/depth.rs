//! Whether Python's parser gets through a text without running out of its depth.
//!
//! CPython 3.11 parses by recursion and raises a `MemoryError` at 6000 calls inside one another,
//! and a `RecursionError` where the tree it makes is deeper than about 3000. What a token costs at
//! most was measured on it, with chains of each kind in the places where they cost most.

use super::tokens::{Token, Tokens};
use crate::signature::is_keyword;

/// The calls that are spent without doubt; more than a quarter of Python's are left over.
const MAX_COST: usize = 4400;

/// A list in a default of a lambda.
const COST_OF_BRACKET: usize = 40;

/// To explain a syntax error, Python takes each of several names in a row for an old `print`.
const COST_OF_NAME: usize = 6;

/// `**` and `if`; most operators cost 1.
const COST_OF_OPERATOR: usize = 3;

/// `lambda` with a default.
const COST_OF_LAMBDA: usize = 9;

/// No text of this length reaches the limit, unless by its brackets.
const SHORT: usize = 500;

/// Whether no part of the text that Python's parser looks at is nested deeply.
pub(super) fn is_shallow(text: &str) -> bool {
    let n_brackets = text.bytes().filter(|byte| matches!(byte, b'(' | b'[' | b'{')).count();
    if text.len() <= SHORT && n_brackets <= super::parser::MAX_DEPTH {
        return true;
    }
    let mut tokens = Tokens::new(text);
    let (mut cost, mut deepest) = (0, 0);
    let mut before = [Role::Other, Role::Other];
    let mut is_broken = false;
    // A malformed token ends Python's reading, and so does the end of a line without brackets.
    while let Ok(token) = tokens.next() {
        if matches!(token, Token::NewLine | Token::End) {
            break;
        }
        let role = role(&token);
        if let (Role::Name | Role::Number, Some(is_last)) = (role, side_by_side(before)) {
            // Past the place where no rule fits, Python reads one more expression, which may end
            // at another such place.
            if is_broken {
                break;
            }
            is_broken = is_last;
        }
        cost += match token {
            Token::Name("lambda") => COST_OF_LAMBDA,
            Token::Symbol(',' | ')' | ']' | '}') | Token::Text(_) | Token::Bytes(_) => 0,
            // The expressions of an f-string are parsed like all others.
            Token::Formatted(source) => source.len() * COST_OF_OPERATOR,
            _ if role == Role::Name => COST_OF_NAME,
            _ => COST_OF_OPERATOR,
        };
        deepest = deepest.max(tokens.depth());
        if cost + deepest * COST_OF_BRACKET > MAX_COST {
            return false;
        }
        before = [before[1], role];
    }
    true
}

/// What a token is to its neighbours.
#[derive(Clone, Copy, PartialEq)]
enum Role {
    Name,
    Number,
    Point,
    Close,
    Other,
}

fn role(token: &Token<'_>) -> Role {
    match token {
        Token::Name(name) if !is_keyword(name) => Role::Name,
        Token::Number(_) | Token::Ellipsis => Role::Number,
        Token::Symbol('.') => Role::Point,
        Token::Symbol(')' | ']' | '}') => Role::Close,
        _ => Role::Other,
    }
}

/// Whether a value ends with these two tokens, so that no other one can follow; and if so, whether
/// the value is more than a name, behind which Python does not look for another rule.
fn side_by_side(before: [Role; 2]) -> Option<bool> {
    match before {
        [Role::Point, Role::Name] | [_, Role::Number | Role::Close] => Some(true),
        [_, Role::Name] => Some(false),
        _ => None,
    }
}
