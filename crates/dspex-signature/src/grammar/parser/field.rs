//! One field: its name, its default, and what may stand after it.

use std::{borrow::Cow, ops::Range};

use super::{Parse, Parser};
use crate::{
    FaultKind, SignatureFault,
    grammar::{
        lexer::Kind,
        syntax::{FieldSyntax, TypeSyntax},
    },
    signature::{is_keyword, strange_character},
    value::unicode::nfkc,
};

impl<'s> Parser<'s, '_> {
    pub(super) fn field(&mut self) -> Parse<FieldSyntax<'s>> {
        let (name, name_span) = self.field_name()?;
        let ty = if self.take_symbol(':') {
            if matches!(self.peek(), Kind::Symbol(',' | '=') | Kind::End) {
                let fault = SignatureFault::new(format!("field `{name}` has no type after `:`"));
                return Err(fault.at(name_span).hint("without `:` a field is a `str`"));
            }
            Some(self.union()?)
        } else {
            None
        };
        let mut default = None;
        if self.take_symbol('=') {
            default = Some(self.default(&name, &name_span)?);
        } else if self.has_default && !self.stars.is_seen() {
            let message = format!("field `{name}` has no default, but one before it has");
            return Err(SignatureFault::new(message)
                .at(name_span)
                .hint("move the fields with defaults to the end"));
        }
        match self.peek() {
            Kind::Symbol(',') | Kind::End => Ok(FieldSyntax {
                name,
                name_span,
                ty,
                default,
                is_passed_over: self.stars.is_seen(),
            }),
            _ => Err(self.after_field(&name, ty.as_ref())),
        }
    }

    fn field_name(&mut self) -> Parse<(Cow<'s, str>, Range<usize>)> {
        let token = self.token();
        let fault = |message: String| SignatureFault::new(message).at(token.span.clone());
        match &token.kind {
            Kind::Name(name) if is_keyword(name) => {
                let message = format!("`{name}` is a keyword of Python and cannot name a field");
                Err(fault(message).hint(format!("write `{name}_`")))
            }
            Kind::Name(name) => {
                if let Some(char) = strange_character(name) {
                    let code = u32::from(char);
                    return Err(fault(format!(
                        "field name `{name}` has the character U+{code:04X}, which is no letter"
                    )));
                }
                self.advance();
                Ok((python_name(name), token.span.clone()))
            }
            Kind::Text(_) => {
                let text = &self.source[token.span.clone()];
                Err(fault(format!("{text} is a string, not a field name"))
                    .hint("field names stand without quotes"))
            }
            _ => Err(self.unexpected("a field name")),
        }
    }

    /// The fault of what stands after a whole field.
    fn after_field(&self, name: &str, ty: Option<&TypeSyntax<'s>>) -> SignatureFault {
        let token = self.token();
        let next = &self.source[token.span.clone()];
        let expected = match ty {
            None => format!("`,`, `:` or `->` after field `{name}`"),
            Some(ty) => format!("`,` or `->` after type `{}`", &self.source[ty.span.clone()]),
        };
        let fault = self.unexpected(&expected);
        let follows = self.tokens.get(self.position + 1).map(|token| &token.kind);
        match (&token.kind, ty) {
            (Kind::Name(word), None) => fault.hint(format!(
                "a name is one word: `{name}_{word}`; fields are parted by commas: `{name}, {word}`"
            )),
            (Kind::Symbol('-'), None) if matches!(follows, Some(Kind::Name(_))) => {
                let Some(Kind::Name(word)) = follows else { return fault };
                fault.hint(format!("write `{name}_{word}`"))
            }
            (Kind::Symbol(';' | '|'), None) => fault.hint("fields are parted by commas"),
            (Kind::Symbol('<'), Some(_)) => {
                fault.hint("parameters stand in square brackets: `list[int]`")
            }
            (Kind::Name("or"), Some(_)) => fault.hint("write `|` between types"),
            (Kind::Name(word), Some(_)) => {
                fault.hint(format!("fields are parted by commas: `, {word}`"))
            }
            (Kind::Symbol(')'), _) if self.source[token.span.end..].contains(':') => {
                // Python would end the parameters here and may find a function body behind them.
                SignatureFault { kind: FaultKind::Unsupported, ..fault }
            }
            (Kind::Symbol(')' | ']' | '}'), _) => {
                let message = format!("`{next}` closes nothing");
                SignatureFault::new(message).at(token.span.clone())
            }
            _ => fault,
        }
    }

    /// Passes over a default and gives its place. DSPy drops defaults that stand in a signature's
    /// text, so only whether it can be read matters.
    fn default(&mut self, name: &str, name_span: &Range<usize>) -> Parse<Range<usize>> {
        self.has_default = true;
        if matches!(self.peek(), Kind::Symbol(',') | Kind::End) {
            let message = format!("field `{name}` has no value after `=`");
            return Err(SignatureFault::new(message).at(name_span.clone()));
        }
        let start = self.token().span.start;
        if self.expression(0) && matches!(self.peek(), Kind::Symbol(',') | Kind::End) {
            return Ok(self.since(start));
        }
        if let Kind::Bad(fault) = self.peek() {
            return Err((**fault).clone());
        }
        let message =
            format!("default of field `{name}` is not a literal, which is not supported yet");
        Err(SignatureFault::unsupported(message).at(start..self.token().span.end))
    }
}

/// The name as Python's parser keeps it: `ﬁeld` is `field`.
fn python_name(name: &str) -> Cow<'_, str> {
    if name.is_ascii() { Cow::Borrowed(name) } else { Cow::Owned(nfkc(name)) }
}
