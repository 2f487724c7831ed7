//! `signature!`: parse, validate and expand in one file, because dspex-signature does the work.

use std::ops::Range;

use dspex_signature::{Field, Signature, SignatureFault, Type, Value};
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::{LitStr, Path, Token};

use crate::crate_path;
use crate::fault::Faults;

/// What stands between the parentheses: `crate = path,` where it is needed, and the signature.
struct Call {
    krate: Option<Path>,
    text: LitStr,
}

impl Parse for Call {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut krate = None;
        if input.peek(Token![crate]) && input.peek2(Token![=]) {
            input.parse::<Token![crate]>()?;
            input.parse::<Token![=]>()?;
            krate = Some(input.parse()?);
            input.parse::<Token![,]>()?;
        }
        if !input.peek(LitStr) {
            return Err(input.error(
                "a signature is a text, as in `signature!(\"question -> answer\")`\nhint: \
                 for one that is known at run time only, use `Signature::parse`",
            ));
        }
        let text = input.parse()?;
        input.parse::<Option<Token![,]>>()?;
        Ok(Self { krate, text })
    }
}

/// The expression that `signature!` stands for.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let call: Call = match syn::parse2(input) {
        Ok(call) => call,
        Err(error) => return stub(&error, &crate_path::private(None)),
    };
    let dspex = crate_path::private(call.krate.as_ref());
    let text = call.text.value();
    let signature = match Signature::parse(&text) {
        Ok(signature) => signature,
        Err(error) => {
            let mut faults = Faults::default();
            for fault in error.faults() {
                faults.push(located(fault, &call.text, &text));
            }
            let error = faults.or(()).expect_err("a signature error has faults");
            return stub(&error, &dspex);
        }
    };
    let build = parts(&signature, &dspex).unwrap_or_else(|| {
        // A type that has no constructor here yet: the text is parsed once, when first used.
        quote!(#dspex::Signature::parse(#text).expect("the macro has parsed it"))
    });
    quote! {{
        static SIGNATURE: ::std::sync::LazyLock<#dspex::Signature> =
            ::std::sync::LazyLock::new(|| #build);
        ::core::clone::Clone::clone(&*SIGNATURE)
    }}
}

/// The error, and a value of the right type, so that what follows is not reported as well.
fn stub(error: &syn::Error, dspex: &TokenStream) -> TokenStream {
    let error = error.to_compile_error();
    quote! {{
        #error
        #dspex::signature("", ::core::option::Option::None, ::std::vec![], ::std::vec![])
    }}
}

/// The fault at its place within the literal; where the compiler offers no such place, at the
/// literal, with the place drawn below the message.
fn located(fault: &SignatureFault, literal: &LitStr, text: &str) -> syn::Error {
    let hint = fault.hint.as_ref().map_or_else(String::new, |hint| format!("\nhint: {hint}"));
    let place = fault.span.clone().and_then(|span| within(literal, text, span));
    let message = match (place, &fault.span) {
        (None, Some(span)) => format!("{}{}{hint}", fault.message, drawing(text, span)),
        _ => format!("{}{hint}", fault.message),
    };
    syn::Error::new(place.unwrap_or_else(|| literal.span()), message)
}

/// The span of a part of the text; `None` on a stable compiler, which keeps this to itself, and
/// where escapes make the literal longer than its text.
fn within(literal: &LitStr, text: &str, span: Range<usize>) -> Option<Span> {
    let token = literal.token();
    let start = token.to_string().find(text)?;
    token.subspan(start + span.start..start + span.end)
}

/// The text with the place underlined, on two lines; nothing for a text of several lines.
fn drawing(text: &str, span: &Range<usize>) -> String {
    let (Some(before), Some(at)) = (text.get(..span.start), text.get(span.clone())) else {
        return String::new();
    };
    if text.contains('\n') {
        return String::new();
    }
    let (blanks, carets) =
        (" ".repeat(before.chars().count()), "^".repeat(at.chars().count().max(1)));
    format!("\n    {text}\n    {blanks}{carets}")
}

/// The signature put together from its parts; `None` where a part has no constructor here.
fn parts(signature: &Signature, dspex: &TokenStream) -> Option<TokenStream> {
    let fields = |fields: &[Field]| {
        fields.iter().map(|field| field_of(field, dspex)).collect::<Option<Vec<_>>>()
    };
    let (inputs, outputs) = (fields(signature.inputs())?, fields(signature.outputs())?);
    let name = signature.name();
    let instructions = signature.instructions();
    Some(quote! {
        #dspex::signature(
            #name,
            ::core::option::Option::Some(#instructions),
            ::std::vec![#(#inputs),*],
            ::std::vec![#(#outputs),*],
        )
    })
}

fn field_of(field: &Field, dspex: &TokenStream) -> Option<TokenStream> {
    if field.prefix.is_some() {
        return None;
    }
    let (name, ty) = (&field.name, type_of(&field.ty, dspex)?);
    let desc = field.desc.iter().map(|desc| quote!(.with_desc(#desc)));
    let mut more = quote!(#(#desc)*);
    if let Some(default) = &field.default {
        let default = value_of(default, dspex)?;
        more.extend(quote!(.with_default(#default)));
    }
    for (name, bound) in field.constraints.iter() {
        let bound = value_of(bound, dspex)?;
        more.extend(quote!(.with_constraint(#name, #bound)));
    }
    Some(quote!(#dspex::Field::new(#name, #ty) #more))
}

fn type_of(ty: &Type, dspex: &TokenStream) -> Option<TokenStream> {
    let tokens = match ty {
        Type::Any => quote!(Any),
        Type::Str => quote!(Str),
        Type::Int => quote!(Int),
        Type::Float => quote!(Float),
        Type::Bool => quote!(Bool),
        Type::None => quote!(None),
        Type::Bytes => quote!(Bytes),
        Type::Complex => quote!(Complex),
        Type::Decimal => quote!(Decimal),
        Type::Date => quote!(Date),
        Type::DateTime => quote!(DateTime),
        Type::Time => quote!(Time),
        Type::TimeDelta => quote!(TimeDelta),
        Type::Uuid => quote!(Uuid),
        Type::List(item) => {
            let item = type_of(item, dspex)?;
            quote!(list(#item))
        }
        Type::Dict(key, value) => {
            let (key, value) = (type_of(key, dspex)?, type_of(value, dspex)?);
            quote!(dict(#key, #value))
        }
        Type::Optional(inner) => {
            let inner = type_of(inner, dspex)?;
            quote!(optional(#inner))
        }
        Type::Union(members) => {
            let members = types_of(members, dspex)?;
            quote!(union([#(#members),*]))
        }
        Type::Tuple(items) => {
            let items = types_of(items, dspex)?;
            quote!(Tuple(::std::vec![#(#items),*]))
        }
        Type::Literal(members) => {
            let members =
                members.iter().map(|one| value_of(one, dspex)).collect::<Option<Vec<_>>>()?;
            quote!(Literal(::std::vec![#(#members),*]))
        }
        _ => return None,
    };
    Some(quote!(#dspex::Type::#tokens))
}

fn types_of(types: &[Type], dspex: &TokenStream) -> Option<Vec<TokenStream>> {
    types.iter().map(|ty| type_of(ty, dspex)).collect()
}

fn value_of(value: &Value, dspex: &TokenStream) -> Option<TokenStream> {
    let tokens = match value {
        Value::Null => quote!(Null),
        Value::Bool(bool) => quote!(Bool(#bool)),
        Value::Int(int) => quote!(Int(#int)),
        Value::Float(float) if float.is_finite() => quote!(Float(#float)),
        Value::Text(text) => quote!(Text(::std::borrow::ToOwned::to_owned(#text))),
        _ => return None,
    };
    Some(quote!(#dspex::Value::#tokens))
}
