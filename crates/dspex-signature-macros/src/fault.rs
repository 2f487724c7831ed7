//! Faults are gathered, so that one compilation shows them all.

use std::fmt::Display;

use dspex_signature::nearest;
use proc_macro2::Ident;
use quote::{ToTokens, quote};

/// The faults found so far.
#[derive(Default)]
pub(crate) struct Faults(Option<syn::Error>);

impl Faults {
    /// A fault at a token, or along a run of tokens.
    pub(crate) fn at(&mut self, place: impl ToTokens, message: impl Display) {
        self.push(syn::Error::new_spanned(place, message));
    }

    /// A fault in which two places clash; the compiler underlines from one to the other.
    pub(crate) fn between(
        &mut self,
        one: &impl ToTokens,
        other: &impl ToTokens,
        message: impl Display,
    ) {
        self.at(quote!(#one #other), message);
    }

    /// A name that is not among the legal ones.
    pub(crate) fn unknown(&mut self, name: &Ident, what: &str, legal: &[&str]) {
        let list = legal.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let guess = nearest(&name.to_string(), legal)
            .map_or_else(String::new, |guess| format!("; did you mean `{guess}`?"));
        self.at(name, format!("unknown {what} `{name}`{guess}\nknown: {list}"));
    }

    /// A fault that a parser found.
    pub(crate) fn push(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(faults) => faults.combine(error),
            none => *none = Some(error),
        }
    }

    /// The faults as one error, or `value` where there are none.
    pub(crate) fn or<T>(self, value: T) -> syn::Result<T> {
        self.0.map_or(Ok(value), Err)
    }
}
