//! Recursive descent over the tokens of one side: where it stands, and how it goes on.

mod expression;
mod field;
mod stars;
mod types;

use std::ops::Range;

use stars::Stars;

use super::{
    lexer::{Kind, Token},
    syntax::{FieldSyntax, TypeSyntax},
};
use crate::{FaultKind, SignatureFault};

/// How deep brackets may nest; CPython stops at 200, well before its stack ends.
const MAX_DEPTH: usize = 60;

type Parse<T> = Result<T, SignatureFault>;

/// Reads the fields of one side; faults go to `faults`, and reading goes on with the next field.
pub(super) fn fields<'s>(
    source: &'s str,
    tokens: &[Token<'s>],
    faults: &mut Vec<SignatureFault>,
) -> Vec<FieldSyntax<'s>> {
    let mut parser = Parser::new(source, tokens);
    let mut fields = Vec::new();
    while parser.peek() != &Kind::End {
        let start = parser.position;
        let parameter = match parser.peek() {
            _ if parser.stars.is_double() => Err(parser.behind_double_star()),
            Kind::Symbol('*') => parser.star().map(Some),
            Kind::Symbol('/') => parser.slash(&mut fields).map(|()| None),
            _ => parser.named(),
        };
        match parameter {
            Ok(field) => fields.extend(field),
            Err(fault) => {
                // Past something that only Python can read, commas no longer tell fields apart.
                let goes_on = fault.kind == FaultKind::Refused;
                faults.push(fault);
                if !goes_on {
                    break;
                }
                parser.depth = 0;
                parser.skip_field(start);
            }
        }
        parser.take_symbol(',');
    }
    faults.extend(parser.bare_star());
    fields
}

/// Reads one type that stands alone.
pub(super) fn whole_type<'s>(source: &'s str, tokens: &[Token<'s>]) -> Parse<TypeSyntax<'s>> {
    let mut parser = Parser::new(source, tokens);
    let ty = parser.union()?;
    match parser.peek() {
        Kind::End => Ok(ty),
        _ => Err(parser.unexpected("the end of the type")),
    }
}

struct Parser<'s, 't> {
    source: &'s str,
    tokens: &'t [Token<'s>],
    position: usize,
    depth: usize,
    /// Whether a field before this one has a default.
    has_default: bool,
    /// The `/` and `*` so far.
    stars: Stars,
}

impl<'s, 't> Parser<'s, 't> {
    fn new(source: &'s str, tokens: &'t [Token<'s>]) -> Self {
        let stars = Stars::default();
        Self { source, tokens, position: 0, depth: 0, has_default: false, stars }
    }

    fn token(&self) -> &'t Token<'s> {
        // The last token is the end, which is never passed.
        &self.tokens[self.position.min(self.tokens.len() - 1)]
    }

    fn peek(&self) -> &'t Kind<'s> {
        &self.token().kind
    }

    fn advance(&mut self) {
        self.position = (self.position + 1).min(self.tokens.len() - 1);
    }

    fn take_symbol(&mut self, symbol: char) -> bool {
        let takes = *self.peek() == Kind::Symbol(symbol);
        if takes {
            self.advance();
        }
        takes
    }

    fn since(&self, start: usize) -> Range<usize> {
        let end = self.tokens[self.position.saturating_sub(1)].span.end;
        start..end.max(start)
    }

    /// The fault of a token that cannot stand here.
    fn unexpected(&self, expected: &str) -> SignatureFault {
        let token = self.token();
        if let Kind::Bad(fault) = &token.kind {
            return (**fault).clone();
        }
        let found = match &token.kind {
            Kind::End => "the end".to_owned(),
            _ => format!("`{}`", &self.source[token.span.clone()]),
        };
        let message = format!("expected {expected}, found {found}");
        SignatureFault::new(message).at(token.span.clone())
    }

    /// Goes to the comma after the field that began at token `start`, or to the end.
    fn skip_field(&mut self, start: usize) {
        self.position = start;
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                Kind::End => return,
                Kind::Symbol(',') if depth == 0 => return,
                // Angle brackets too, so that `List<int, str>` is one fault.
                Kind::Symbol('(' | '[' | '{' | '<') => depth += 1,
                Kind::Symbol(')' | ']' | '}' | '>') => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.advance();
        }
    }
}
