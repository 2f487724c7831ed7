//! What is said about one field, in every place that it stands in: its type, how it is read, what
//! limits it.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Expr, ExprLit, Lit, Type};

use crate::validate::{Bound, Constraint, Default, FieldDefinition, Via};

/// The trait that makes values of a field, with its type: what `::into_value` is called on.
pub(super) fn via(field: &FieldDefinition, dspex: &TokenStream) -> TokenStream {
    let ty = &field.ty;
    match field.via {
        Via::Itself => quote!(<#ty as #dspex::FieldType>),
        Via::Text => quote!(<#ty as #dspex::TextField<_>>),
        Via::Serde => quote!(<#ty as #dspex::SerdeField>),
    }
}

/// The names under which a field is looked for, the most telling first.
fn known_as(field: &FieldDefinition) -> TokenStream {
    let FieldDefinition { name, aliases, from, .. } = field;
    let from = from.iter();
    quote!(&[#(#from,)* #name, #(#aliases),*])
}

pub(crate) fn read(field: &FieldDefinition, dspex: &TokenStream) -> TokenStream {
    let (ty, known_as, via) = (&field.ty, known_as(field), via(field, dspex));
    match &field.default {
        Some(default) => {
            let default = default_value(ty, default);
            quote! {
                #dspex::read_or(__dspex_fields, #known_as, #via::from_value, || -> #ty { #default })?
            }
        }
        None => quote!(#dspex::read(__dspex_fields, #known_as, #via::from_value)?),
    }
}

pub(crate) fn check(field: &FieldDefinition, dspex: &TokenStream) -> Option<TokenStream> {
    let limits: Vec<_> = field
        .constraints
        .iter()
        .map(|constraint| {
            let (key, bound) = (constraint.key.to_string(), bound(&constraint.bound, dspex));
            quote!((#key, #bound))
        })
        .collect();
    let known_as = known_as(field);
    (!limits.is_empty())
        .then(|| quote!(#dspex::check(__dspex_fields, #known_as, &[#(#limits),*])?;))
}

pub(crate) fn field_of(field: &FieldDefinition, dspex: &TokenStream) -> TokenStream {
    let (name, ty, via) = (&field.name, &field.ty, via(field, dspex));
    let desc = field.desc.as_ref().map(|desc| quote!(.with_desc(#desc)));
    let default = field.default.as_ref().map(|default| {
        let default = default_value(ty, default);
        quote!(.with_default(#via::into_value((|| -> #ty { #default })())))
    });
    let constraints = field.constraints.iter().map(|constraint| {
        let (key, bound) = (constraint.key.to_string(), bound(&constraint.bound, dspex));
        quote!(.with_constraint(#key, #bound))
    });
    quote! {
        #dspex::Field::new(#name, #via::field_type())
            #desc #default #(#constraints)*
    }
}

fn default_value(ty: &Type, default: &Default) -> TokenStream {
    match default {
        Default::OfType(span) => {
            quote_spanned!(*span=> <#ty as ::core::default::Default>::default())
        }
        // A text literal becomes a `String` where the field is one.
        Default::Expr(expr) => match &**expr {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => {
                quote_spanned!(text.span()=> ::core::convert::Into::into(#text))
            }
            other => other.to_token_stream(),
        },
    }
}

fn bound(bound: &Bound, dspex: &TokenStream) -> TokenStream {
    match bound {
        Bound::Int(int) => quote!(#dspex::Value::Int(#int)),
        Bound::Float(float) => quote!(#dspex::Value::Float(#float)),
        Bound::Text(text) => quote!(#dspex::Value::Text(::std::borrow::ToOwned::to_owned(#text))),
    }
}

pub(crate) fn assertions(fields: &[FieldDefinition], dspex: &TokenStream) -> TokenStream {
    let all = fields.iter().flat_map(|field| field.constraints.iter().map(move |one| (field, one)));
    all.map(|(field, constraint)| capable(field, constraint, dspex)).collect()
}

/// Asks the compiler whether the field's type can carry the constraint; the question stands where
/// the constraint does, so that the answer points there.
fn capable(field: &FieldDefinition, constraint: &Constraint, dspex: &TokenStream) -> TokenStream {
    let span = constraint.key.span();
    let assertion = match constraint.key.to_string().as_str() {
        "min_length" | "max_length" => "assert_long",
        "pattern" => "assert_textual",
        _ if matches!(constraint.bound, Bound::Float(float) if float.fract() != 0.0) => {
            "assert_fractional"
        }
        _ => "assert_ordered",
    };
    let assertion = Ident::new(assertion, Span::call_site());
    let ty = match field.via {
        // Whatever the type is, the model sees text.
        Via::Text => quote_spanned!(span=> ::std::string::String),
        Via::Itself | Via::Serde => field.ty.to_token_stream(),
    };
    let ty = respan(ty, span);
    quote!(const _: () = #dspex::#assertion::<#ty>();)
}

pub(crate) fn respan(tokens: TokenStream, span: Span) -> TokenStream {
    let respan_one = |mut token: TokenTree| {
        let place = token.span().located_at(span);
        if let TokenTree::Group(group) = &token {
            let inner = respan(group.stream(), span);
            token = Group::new(group.delimiter(), inner).into();
        }
        token.set_span(place);
        token
    };
    tokens.into_iter().map(respan_one).collect()
}

/// Names for the values of fields, that no `const` of the user has.
pub(crate) fn locals(fields: &[FieldDefinition]) -> Vec<Ident> {
    let local = |field: &FieldDefinition| {
        Ident::new(&format!("__dspex_{}", field.member.unraw()), Span::call_site())
    };
    fields.iter().map(local).collect()
}
