//! `*` and `/` among fields: what DSPy reads and then passes over.
//!
//! To Python, parameters before `/` and behind `*` are of kinds of their own, at which DSPy does
//! not look. They are no fields, and nothing is said.

use std::ops::Range;

use super::{Parse, Parser};
use crate::{
    SignatureFault,
    grammar::{lexer::Kind, syntax::FieldSyntax},
};

/// What has been seen of `/` and `*` on one side.
#[derive(Default)]
pub(super) struct Stars {
    slash: bool,
    star: bool,
    /// `**name`, behind which nothing may stand.
    double: bool,
    /// A `*` of its own that still lacks a field.
    lone: Option<Range<usize>>,
}

impl Stars {
    /// Whether fields from here on are passed over.
    pub(super) const fn is_seen(&self) -> bool {
        self.star
    }

    /// Whether nothing may follow.
    pub(super) const fn is_double(&self) -> bool {
        self.double
    }
}

impl<'s> Parser<'s, '_> {
    /// `*`, `*name`, `**name`; a name is a field that is passed over.
    pub(super) fn star(&mut self) -> Parse<FieldSyntax<'s>> {
        let span = self.token().span.clone();
        self.advance();
        let is_double = self.take_symbol('*');
        if self.stars.star && !is_double {
            return Err(SignatureFault::new("`*` stands twice").at(span));
        }
        self.stars.star = true;
        self.stars.double = is_double;
        if !is_double && matches!(self.peek(), Kind::Symbol(',') | Kind::End) {
            self.stars.lone = Some(span.clone());
            return Ok(passed_over("*", span));
        }
        let field = self.field()?;
        if field.default.is_some() {
            let message = format!("`*{}` can have no default", field.name);
            return Err(SignatureFault::new(message).at(field.name_span));
        }
        match self.bare_star().filter(|_| is_double) {
            Some(fault) => Err(fault),
            None => Ok(field),
        }
    }

    /// A field, which is what a `*` of its own needs behind it.
    pub(super) fn named(&mut self) -> Parse<Option<FieldSyntax<'s>>> {
        let field = self.field()?;
        self.stars.lone = None;
        Ok(Some(field))
    }

    pub(super) fn behind_double_star(&self) -> SignatureFault {
        SignatureFault::new("nothing can stand behind `**`").at(self.token().span.clone())
    }

    /// `/`: the fields before it are passed over.
    pub(super) fn slash(&mut self, fields: &mut [FieldSyntax<'s>]) -> Parse<()> {
        let span = self.token().span.clone();
        self.advance();
        if self.stars.slash || self.stars.star || fields.is_empty() {
            let message = "`/` stands once, behind a field and before `*`";
            return Err(SignatureFault::new(message).at(span));
        }
        if !matches!(self.peek(), Kind::Symbol(',') | Kind::End) {
            return Err(self.unexpected("`,` or `->` after `/`"));
        }
        self.stars.slash = true;
        fields.iter_mut().for_each(|field| field.is_passed_over = true);
        Ok(())
    }

    /// The fault of a `*` behind which no field has come.
    pub(super) fn bare_star(&mut self) -> Option<SignatureFault> {
        let span = self.stars.lone.take()?;
        Some(SignatureFault::new("no field stands behind `*`").at(span))
    }
}

fn passed_over(name: &str, name_span: Range<usize>) -> FieldSyntax<'_> {
    let name = name.into();
    FieldSyntax { name, name_span, ty: None, default: None, is_passed_over: true }
}
