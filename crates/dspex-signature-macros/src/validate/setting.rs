//! The values of attributes: texts, numbers, lengths.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Expr, ExprArray, ExprLit, ExprUnary, Lit, LitStr, UnOp};

use super::{Bound, Default};
use crate::fault::Faults;
use crate::parse::{Entry, Setting};

/// The default: the type's own, or an expression.
pub(super) fn default(entry: &Entry) -> Default {
    match &entry.value {
        Some(Setting::Expr(expr)) => Default::Expr(Box::new(expr.clone())),
        _ => Default::OfType(entry.key.span()),
    }
}

/// The literal after `=`, and whether a minus stands before it.
fn literal(entry: &Entry) -> Option<(bool, &Lit)> {
    match &entry.value {
        Some(Setting::Expr(Expr::Lit(ExprLit { lit, .. }))) => Some((false, lit)),
        Some(Setting::Expr(Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }))) => match &**expr
        {
            Expr::Lit(ExprLit { lit, .. }) => Some((true, lit)),
            _ => None,
        },
        _ => None,
    }
}

/// A text.
pub(crate) fn text(entry: &Entry, faults: &mut Faults) -> Option<LitStr> {
    match literal(entry) {
        Some((false, Lit::Str(text))) => Some(text.clone()),
        _ => {
            let key = &entry.key;
            faults.at(value(entry), format!("`{key}` takes a text, as in `{key} = \"..\"`"));
            None
        }
    }
}

/// A text, or several in brackets.
pub(super) fn texts(entry: &Entry, faults: &mut Faults) -> Vec<LitStr> {
    let Some(Setting::Expr(Expr::Array(ExprArray { elems, .. }))) = &entry.value else {
        return text(entry, faults).into_iter().collect();
    };
    let key = &entry.key;
    let mut one = |item: &Expr| match item {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.clone()),
        other => {
            faults.at(other, format!("`{key}` takes texts, as in `{key} = [\"..\", \"..\"]`"));
            None
        }
    };
    elems.iter().filter_map(&mut one).collect()
}

/// A word that stands alone: whether it does.
pub(super) fn flag(entry: &Entry, faults: &mut Faults) -> bool {
    if entry.value.is_some() {
        let key = &entry.key;
        faults.at(value(entry), format!("`{key}` takes no value; write `#[field({key})]`"));
    }
    entry.value.is_none()
}

/// A number, with or without a minus.
pub(super) fn number(entry: &Entry, faults: &mut Faults) -> Option<Bound> {
    let (bound, range) = match literal(entry) {
        Some((negative, Lit::Int(int))) => {
            let int: Option<i128> = int.base10_parse().ok();
            let int = int.map(|int| if negative { -int } else { int });
            (int.and_then(|int| i64::try_from(int).ok()).map(Bound::Int), " of 64 bits")
        }
        Some((negative, Lit::Float(float))) => {
            let float = float.base10_parse::<f64>().ok().filter(|float| float.is_finite());
            (
                float.map(|float| Bound::Float(if negative { -float } else { float })),
                " that is finite",
            )
        }
        _ => (None, ""),
    };
    if bound.is_none() {
        let key = &entry.key;
        faults.at(value(entry), format!("`{key}` takes a number{range}, as in `{key} = 0`"));
    }
    bound
}

/// A whole number.
pub(super) fn length(entry: &Entry, faults: &mut Faults) -> Option<Bound> {
    let (length, range) = match literal(entry) {
        Some((false, Lit::Int(int))) => (int.base10_parse::<u32>().ok(), " below 4 294 967 296"),
        Some((true, Lit::Int(_))) => (None, ", 0 or more"),
        _ => (None, ""),
    };
    if length.is_none() {
        let key = &entry.key;
        faults.at(value(entry), format!("`{key}` takes a whole number{range}, as in `{key} = 1`"));
    }
    length.map(|length| Bound::Int(length.into()))
}

/// What to underline when the value is wrong: the value, or the key where there is none.
fn value(entry: &Entry) -> TokenStream {
    match &entry.value {
        Some(Setting::Expr(expr)) => expr.to_token_stream(),
        _ => entry.key.to_token_stream(),
    }
}
