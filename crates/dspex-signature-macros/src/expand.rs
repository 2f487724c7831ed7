//! Expand: from a definition to code.
//!
//! The code names everything by its full path (and its parameters by names that no `const` of the
//! user has, for such a one would be taken for a pattern), calls helpers of `dspex_signature::__private` and
//! stays small: 200 signatures should cost seconds, not minutes, to compile.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{DeriveInput, Expr, ExprLit, Lit, Type};

use crate::validate::{
    Bound, Constraint, Default, Definition, Derive, FieldDefinition, Kind, Member,
};

/// The implementations that a definition asks for; `dspex` is the path of the hidden module.
pub(crate) fn definition(definition: &Definition, dspex: &TokenStream) -> TokenStream {
    let implementations = match &definition.kind {
        Kind::Record(fields) => {
            let record = record(definition, fields, dspex);
            let field_type = record_field_type(definition, dspex);
            quote!(#record #field_type)
        }
        Kind::Enum(members) => unit_enum(definition, members, dspex),
        Kind::Signature(fields, output) => {
            let record = record(definition, fields, dspex);
            let signature = signature(definition, output, dspex);
            quote!(#record #signature)
        }
    };
    quote! {
        const _: () = { #implementations };
    }
}

fn record(definition: &Definition, fields: &[FieldDefinition], dspex: &TokenStream) -> TokenStream {
    let ident = &definition.ident;
    let name = ident.unraw().to_string();
    let members: Vec<_> = fields.iter().map(|field| &field.member).collect();
    let names: Vec<_> = fields.iter().map(|field| &field.name).collect();
    let types: Vec<_> = fields.iter().map(|field| &field.ty).collect();
    let reads = fields.iter().map(|field| read(field, dspex));
    let checks = fields.iter().filter_map(|field| check(field, dspex));
    let parts = fields.iter().map(|field| field_of(field, dspex));
    let assertions = fields
        .iter()
        .flat_map(|field| field.constraints.iter().map(|one| capable(field, one, dspex)));
    quote! {
        #[automatically_derived]
        impl #dspex::Record for #ident {
            const SHAPE: #dspex::RecordShape = #dspex::RecordShape {
                name: #name,
                open: false,
                parts: &[#dspex::Part::Own(&[#((#names, <#types as #dspex::FieldType>::SHAPE)),*])],
            };

            fn into_fields(self) -> #dspex::Fields {
                #dspex::collect([
                    #((#names, <#types as #dspex::FieldType>::into_value(self.#members))),*
                ])
            }

            fn from_fields(
                __dspex_fields: &#dspex::Fields,
            ) -> ::core::result::Result<Self, #dspex::ValueError> {
                #(#checks)*
                ::core::result::Result::Ok(Self { #(#members: #reads),* })
            }

            fn fields_of() -> ::std::vec::Vec<#dspex::Field> {
                ::std::vec![#(#parts),*]
            }
        }
        #(#assertions)*
    }
}

fn read(field: &FieldDefinition, dspex: &TokenStream) -> TokenStream {
    let FieldDefinition { name, ty, .. } = field;
    let read = quote!(<#ty as #dspex::FieldType>::from_value);
    match &field.default {
        Some(default) => {
            let default = default_value(ty, default);
            quote!(#dspex::read_or(__dspex_fields, #name, #read, || -> #ty { #default })?)
        }
        None => quote!(#dspex::read(__dspex_fields, #name, #read)?),
    }
}

fn check(field: &FieldDefinition, dspex: &TokenStream) -> Option<TokenStream> {
    let limits: Vec<_> = field
        .constraints
        .iter()
        .filter(|constraint| constraint.key != "pattern")
        .map(|constraint| {
            let (key, bound) = (constraint.key.to_string(), bound(&constraint.bound, dspex));
            quote!((#key, #bound))
        })
        .collect();
    let name = &field.name;
    (!limits.is_empty()).then(|| quote!(#dspex::check(__dspex_fields, #name, &[#(#limits),*])?;))
}

fn field_of(field: &FieldDefinition, dspex: &TokenStream) -> TokenStream {
    let FieldDefinition { name, ty, .. } = field;
    let desc = field.desc.as_ref().map(|desc| quote!(.with_desc(#desc)));
    let default = field.default.as_ref().map(|default| {
        let default = default_value(ty, default);
        quote!(.with_default(
            <#ty as #dspex::FieldType>::into_value((|| -> #ty { #default })())
        ))
    });
    let constraints = field.constraints.iter().map(|constraint| {
        let (key, bound) = (constraint.key.to_string(), bound(&constraint.bound, dspex));
        quote!(.with_constraint(#key, #bound))
    });
    quote! {
        #dspex::Field::new(#name, <#ty as #dspex::FieldType>::field_type())
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

/// Asks the compiler whether the field's type can carry the constraint; the question stands where
/// the constraint does, so that the answer points there.
fn capable(field: &FieldDefinition, constraint: &Constraint, dspex: &TokenStream) -> TokenStream {
    let span = constraint.key.span();
    let assertion = match constraint.key.to_string().as_str() {
        "min_length" | "max_length" => "assert_long",
        "pattern" => "assert_textual",
        _ => "assert_ordered",
    };
    let assertion = Ident::new(assertion, Span::call_site());
    let ty = respan(field.ty.to_token_stream(), span);
    quote!(const _: () = #dspex::#assertion::<#ty>();)
}

fn respan(tokens: TokenStream, span: Span) -> TokenStream {
    let respan_one = |mut token: TokenTree| {
        if let TokenTree::Group(group) = &token {
            let inner = respan(group.stream(), span);
            token = Group::new(group.delimiter(), inner).into();
        }
        token.set_span(token.span().located_at(span));
        token
    };
    tokens.into_iter().map(respan_one).collect()
}

fn record_field_type(definition: &Definition, dspex: &TokenStream) -> TokenStream {
    let ident = &definition.ident;
    let (name, doc) = (ident.unraw().to_string(), option(definition.doc.as_deref()));
    quote! {
        #[automatically_derived]
        impl #dspex::FieldType for #ident {
            const SHAPE: #dspex::Shape = {
                // A record within itself would have no end; this makes the compiler find it.
                let _ = <Self as #dspex::Record>::SHAPE;
                #dspex::Shape::Named(#name)
            };

            fn field_type() -> #dspex::Type {
                #dspex::record_type(#name, #doc, <Self as #dspex::Record>::fields_of())
            }

            fn into_value(self) -> #dspex::Value {
                #dspex::Value::Map(<Self as #dspex::Record>::into_fields(self))
            }

            fn from_value(
                __dspex_value: &#dspex::Value,
            ) -> ::core::result::Result<Self, #dspex::ValueError> {
                #dspex::read_record(#name, __dspex_value)
            }
        }
        const _: #dspex::Shape = <#ident as #dspex::FieldType>::SHAPE;
    }
}

fn unit_enum(definition: &Definition, members: &[Member], dspex: &TokenStream) -> TokenStream {
    let ident = &definition.ident;
    let (name, doc) = (ident.unraw().to_string(), option(definition.doc.as_deref()));
    let variants: Vec<_> = members.iter().map(|member| &member.variant).collect();
    let names: Vec<_> = variants.iter().map(|variant| variant.unraw().to_string()).collect();
    let values: Vec<_> = members.iter().map(|member| &member.value).collect();
    let positions = 0..members.len();
    let known = quote!([#((#names, #values)),*]);
    quote! {
        #[automatically_derived]
        impl #dspex::FieldType for #ident {
            const SHAPE: #dspex::Shape = #dspex::Shape::Named(#name);

            fn field_type() -> #dspex::Type {
                #dspex::enum_type(#name, #doc, &#known)
            }

            fn into_value(self) -> #dspex::Value {
                #dspex::Value::Text(::std::borrow::ToOwned::to_owned(match self {
                    #(Self::#variants => #values),*
                }))
            }

            fn from_value(
                __dspex_value: &#dspex::Value,
            ) -> ::core::result::Result<Self, #dspex::ValueError> {
                ::core::result::Result::Ok(match #dspex::read_member(#name, &#known, __dspex_value)? {
                    #(#positions => Self::#variants,)*
                    _ => ::core::unreachable!("a member's position is within the members"),
                })
            }
        }
    }
}

fn signature(definition: &Definition, output: &Type, dspex: &TokenStream) -> TokenStream {
    let ident = &definition.ident;
    let (name, doc) = (ident.unraw().to_string(), option(definition.doc.as_deref()));
    // A name that cannot be is shown where the output is named.
    let names = quote!(const _: () = #dspex::assert_names::<#ident>(););
    let names = respan(names, output.span());
    quote! {
        #[automatically_derived]
        impl #dspex::TypedSignature for #ident {
            type Output = #output;

            fn signature() -> &'static #dspex::Signature {
                static SIGNATURE: ::std::sync::LazyLock<#dspex::Signature> =
                    ::std::sync::LazyLock::new(|| #dspex::signature_of::<#ident>(#name, #doc));
                &SIGNATURE
            }
        }
        #names
    }
}

fn option(text: Option<&str>) -> TokenStream {
    match text {
        Some(text) => quote!(::core::option::Option::Some(#text)),
        None => quote!(::core::option::Option::None),
    }
}

/// Implementations that say nothing, so that one mistake gives one message: without them, every
/// use of the type would be reported as well.
pub(crate) fn stub(input: &DeriveInput, derive: Derive, dspex: &TokenStream) -> TokenStream {
    let ident = &input.ident;
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    let predicates = bounds.map(|bounds| &bounds.predicates).into_iter();
    let bounds = quote! {
        where #(#predicates,)* Self: ::core::marker::Sized + ::core::marker::Send + 'static
    };
    let name = ident.to_string();
    let panic = quote!(::core::panic!("the derive found faults"));
    let record = quote! {
        #[automatically_derived]
        impl #generics #dspex::Record for #ident #arguments #bounds {
            const SHAPE: #dspex::RecordShape =
                #dspex::RecordShape { name: #name, open: false, parts: &[] };
            fn into_fields(self) -> #dspex::Fields { #panic }
            fn from_fields(
                _: &#dspex::Fields,
            ) -> ::core::result::Result<Self, #dspex::ValueError> { #panic }
        }
    };
    let more = match derive {
        Derive::FieldType => quote! {
            #[automatically_derived]
            impl #generics #dspex::FieldType for #ident #arguments #bounds {
                const SHAPE: #dspex::Shape = #dspex::Shape::Any;
                fn field_type() -> #dspex::Type { #panic }
                fn into_value(self) -> #dspex::Value { #panic }
                fn from_value(
                    _: &#dspex::Value,
                ) -> ::core::result::Result<Self, #dspex::ValueError> { #panic }
            }
        },
        Derive::Signature => quote! {
            #[automatically_derived]
            impl #generics #dspex::TypedSignature for #ident #arguments #bounds {
                type Output = #dspex::Fields;
                fn signature() -> &'static #dspex::Signature { #panic }
            }
        },
    };
    quote!(const _: () = { #record #more };)
}
