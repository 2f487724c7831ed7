//! Parse: from tokens to what the user wrote, without asking yet whether it makes sense.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::token::Paren;
use syn::{Attribute, DeriveInput, Expr, ExprLit, Lit, Meta, Token};

use crate::fault::Faults;

/// A struct or an enum, a field or a variant: its attributes, as written.
pub(crate) struct Attributes {
    /// The doc comment, cleaned; `None` where there is none.
    pub(crate) doc: Option<String>,
    /// Where the doc comment stands.
    pub(crate) doc_place: Option<Span>,
    /// `#[field(..)]`.
    pub(crate) field: Vec<Entry>,
    /// `#[signature(..)]`.
    pub(crate) signature: Vec<Entry>,
    /// `#[dspex(..)]`.
    pub(crate) dspex: Vec<Entry>,
    /// Whether one of them could not be read, so that what it says is not known.
    pub(crate) is_cut: bool,
}

/// One entry of a list: `key` or `key = value`.
pub(crate) struct Entry {
    pub(crate) key: Ident,
    pub(crate) value: Option<Setting>,
}

/// What stands after `=`.
pub(crate) enum Setting {
    /// After `output`.
    Type(syn::Type),
    /// After `crate`.
    Path(syn::Path),
    /// After anything else.
    Expr(Expr),
}

/// The whole input, with the attributes of the outermost item already read.
pub(crate) struct Item {
    pub(crate) input: DeriveInput,
    pub(crate) attributes: Attributes,
}

/// Reads a derive's input.
///
/// # Errors
/// The first syntax error: without the item there is nothing to go on with.
pub(crate) fn item(input: TokenStream, faults: &mut Faults) -> syn::Result<Item> {
    let input: DeriveInput = syn::parse2(input)?;
    let attributes = attributes(&input.attrs, faults);
    Ok(Item { input, attributes })
}

/// Reads the attributes that concern us; others pass.
pub(crate) fn attributes(all: &[Attribute], faults: &mut Faults) -> Attributes {
    let doc_place = all.iter().find(|one| one.path().is_ident("doc")).map(Spanned::span);
    let (field, signature, dspex) = (vec![], vec![], vec![]);
    let mut attributes =
        Attributes { doc: doc(all, faults), doc_place, field, signature, dspex, is_cut: false };
    for attribute in all {
        let list = if attribute.path().is_ident("field") {
            &mut attributes.field
        } else if attribute.path().is_ident("signature") {
            &mut attributes.signature
        } else if attribute.path().is_ident("dspex") {
            &mut attributes.dspex
        } else {
            continue;
        };
        match attribute.parse_args_with(Punctuated::<Entry, Token![,]>::parse_terminated) {
            Ok(entries) => list.extend(entries),
            Err(error) => {
                faults.push(error);
                attributes.is_cut = true;
            }
        }
    }
    attributes
}

impl Parse for Entry {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(Lit) {
            return Err(input.error("a setting has a name: write `name = value`"));
        }
        // `crate` and `type` are keywords to Rust and plain words here.
        let key = input.call(Ident::parse_any)?;
        if input.peek(Token![:]) || input.peek(Paren) {
            return Err(input.error(format!("write `{key} = value`")));
        }
        if !input.peek(Token![=]) {
            return Ok(Self { key, value: None });
        }
        input.parse::<Token![=]>()?;
        // A text where there should be a type or a path is told as what it is not.
        let value = if key == "output" && !input.peek(Lit) {
            Setting::Type(input.parse()?)
        } else if key == "crate" && !input.peek(Lit) {
            Setting::Path(input.parse()?)
        } else {
            Setting::Expr(input.parse()?)
        };
        Ok(Self { key, value: Some(value) })
    }
}

impl ToTokens for Entry {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.key.to_tokens(tokens);
        match &self.value {
            Some(Setting::Type(ty)) => ty.to_tokens(tokens),
            Some(Setting::Path(path)) => path.to_tokens(tokens),
            Some(Setting::Expr(expr)) => expr.to_tokens(tokens),
            None => {}
        }
    }
}

/// The doc comment as text: without the blank after `///`, the stars of `/** */` and blank lines
/// around it.
fn doc(all: &[Attribute], faults: &mut Faults) -> Option<String> {
    let mut lines: Vec<String> = Vec::new();
    for attribute in all {
        let Meta::NameValue(pair) = &attribute.meta else { continue };
        if !pair.path.is_ident("doc") {
            continue;
        }
        let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &pair.value else {
            faults.at(&pair.value, "a doc comment that is not a literal is not supported yet");
            continue;
        };
        let text = text.value();
        match text.contains('\n') {
            true => lines.extend(block(&text)),
            false => lines.push(text),
        }
    }
    let margin = lines
        .iter()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start_matches(' ').len())
        .min()?;
    let lines: Vec<_> =
        lines.iter().map(|line| line.get(margin..).unwrap_or("").trim_end()).collect();
    Some(lines.join("\n").trim_matches('\n').to_owned())
}

/// The lines of `/** .. */`, without the star that may open each; the first one, which stands
/// behind what opens the comment, is indented as the least of the others.
fn block(text: &str) -> Vec<String> {
    let is_blank = |line: &str| line.trim().is_empty();
    let mut rest: Vec<&str> = text.lines().skip(1).collect();
    if rest.iter().all(|line| is_blank(line) || line.trim_start().starts_with('*')) {
        for line in &mut rest {
            *line = line.split_once('*').map_or("", |(_, text)| text);
        }
    }
    let margin = rest
        .iter()
        .filter(|line| !is_blank(line))
        .map(|line| line.len() - line.trim_start_matches(' ').len())
        .min();
    let first = text.lines().next().unwrap_or_default().trim_start();
    let first = " ".repeat(margin.unwrap_or(1)) + first;
    [first].into_iter().chain(rest.into_iter().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(item: &str, expected: Option<&str>) {
        let input: DeriveInput = syn::parse_str(item).unwrap();
        let mut faults = Faults::default();
        assert_eq!(doc(&input.attrs, &mut faults).as_deref(), expected, "{item}");
        assert!(faults.or(()).is_ok());
    }

    #[test]
    fn doc_comments_read_as_their_author_meant_them() {
        check("struct A;", None);
        check("///\nstruct A;", None);
        check("/// One.\nstruct A;", Some("One."));
        check("/// One.\n///\n///   indented\nstruct A;", Some("One.\n\n  indented"));
        check("///One.\n/// two\nstruct A;", Some("One.\n two"));
        check("/** One. */ struct A;", Some("One."));
        check("/** One.\n * two\n */ struct A;", Some("One.\ntwo"));
        check("/** One.\n\n    two */ struct A;", Some("One.\n\ntwo"));
        check("/**\n * One.\n * two\n */ struct A;", Some("One.\ntwo"));
        check("#[doc = \"One.\"] struct A;", Some("One."));
        check("#[doc = \"One.\\ntwo\"] struct A;", Some("One.\ntwo"));
    }
}
