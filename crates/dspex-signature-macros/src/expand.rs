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

use crate::note;
use crate::validate::{
    Bound, Case, Constraint, Default, Definition, Derive, FieldDefinition, Kind, Member, Via,
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
        Kind::Choice(tag, cases) => choice(definition, tag, cases, dspex),
        Kind::Signature(fields, output) => {
            let record = record(definition, fields, dspex);
            let signature = signature(definition, output, dspex);
            quote!(#record #signature)
        }
    };
    let note = note::misplaced_instructions(definition);
    quote! {
        const _: () = { #implementations #note };
    }
}

fn record(definition: &Definition, fields: &[FieldDefinition], dspex: &TokenStream) -> TokenStream {
    let ident = &definition.ident;
    let name = ident.unraw().to_string();
    let members: Vec<_> = fields.iter().map(|field| &field.member).collect();
    let names: Vec<_> = fields.iter().map(|field| &field.name).collect();
    let known: Vec<_> =
        fields.iter().map(|field| field.from.as_ref().unwrap_or(&field.name)).collect();
    let vias: Vec<_> = fields.iter().map(|field| via(field, dspex)).collect();
    let reads = fields.iter().map(|field| read(field, dspex));
    let checks = fields.iter().filter_map(|field| check(field, dspex));
    let parts = fields.iter().map(|field| field_of(field, dspex));
    let assertions = assertions(fields, dspex);
    let aliases = aliases(fields);
    quote! {
        #[automatically_derived]
        impl #dspex::Record for #ident {
            const SHAPE: #dspex::RecordShape = #dspex::RecordShape {
                name: #name,
                open: false,
                parts: &[#dspex::Part::Own(&[#((#known, #vias::SHAPE)),*])],
            };

            fn into_fields(self) -> #dspex::Fields {
                #dspex::collect([
                    #((#names, #vias::into_value(self.#members))),*
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

            #aliases
        }
        #assertions
    }
}

/// The other names of fields, where there are any.
fn aliases(fields: &[FieldDefinition]) -> Option<TokenStream> {
    let pairs = fields.iter().flat_map(|FieldDefinition { name, aliases, .. }| {
        aliases.iter().map(move |alias| quote!((#alias, #name)))
    });
    let pairs: Vec<_> = pairs.collect();
    (!pairs.is_empty()).then(|| {
        quote! {
            fn aliases() -> &'static [(&'static str, &'static str)] {
                &[#(#pairs),*]
            }
        }
    })
}

/// The trait that makes values of a field, with its type: what `::into_value` is called on.
fn via(field: &FieldDefinition, dspex: &TokenStream) -> TokenStream {
    let ty = &field.ty;
    match field.via {
        Via::Itself => quote!(<#ty as #dspex::FieldType>),
        Via::Text => quote!(<#ty as #dspex::TextField<_>>),
        Via::Serde => quote!(<#ty as #dspex::SerdeField>),
    }
}

/// The names under which a field is looked for, its own first: messages speak of that.
fn known_as(field: &FieldDefinition) -> TokenStream {
    let FieldDefinition { name, aliases, from, .. } = field;
    let from = from.iter();
    quote!(&[#name, #(#from,)* #(#aliases),*])
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
        .filter(|constraint| constraint.key != "pattern")
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
        _ => "assert_ordered",
    };
    let assertion = Ident::new(assertion, Span::call_site());
    let ty = match field.via {
        // Whatever the type is, the model sees text.
        Via::Text => quote!(::std::string::String),
        Via::Itself | Via::Serde => field.ty.to_token_stream(),
    };
    let ty = respan(ty, span);
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

        #[automatically_derived]
        impl #dspex::KeyType for #ident {}
    }
}

/// A union of models, one for each case.
fn choice(definition: &Definition, tag: &str, cases: &[Case], dspex: &TokenStream) -> TokenStream {
    let ident = &definition.ident;
    let name = ident.unraw().to_string();
    let all_fields = || cases.iter().flat_map(|case| &case.fields);
    let all_vias = all_fields().map(|field| via(field, dspex));
    let assertions: TokenStream =
        cases.iter().map(|case| assertions(&case.fields, dspex)).collect();
    let models = cases.iter().map(|case| model(case, tag, dspex));
    let writes = cases.iter().map(|case| write_case(case, tag, dspex));
    let values = cases.iter().map(|case| &case.value);
    let reads = cases.iter().enumerate().map(|(position, case)| read_case(position, case, dspex));
    quote! {
        #[automatically_derived]
        impl #dspex::FieldType for #ident {
            const SHAPE: #dspex::Shape = {
                // A record within itself would have no end; this makes the compiler find it.
                let _: &[#dspex::Shape] = &[#(#all_vias::SHAPE),*];
                #dspex::Shape::Named(#name)
            };

            fn field_type() -> #dspex::Type {
                #dspex::Type::union([#(#models),*])
            }

            fn into_value(self) -> #dspex::Value {
                match self { #(#writes)* }
            }

            fn from_value(
                __dspex_value: &#dspex::Value,
            ) -> ::core::result::Result<Self, #dspex::ValueError> {
                let (__dspex_case, __dspex_fields) =
                    #dspex::read_case(#name, #tag, &[#(#values),*], __dspex_value)?;
                ::core::result::Result::Ok(match __dspex_case {
                    #(#reads)*
                    _ => ::core::unreachable!("a case's position is within the cases"),
                })
            }
        }
        const _: #dspex::Shape = <#ident as #dspex::FieldType>::SHAPE;
        #assertions
    }
}

/// The model of a case: the tag, then the fields.
fn model(case: &Case, tag: &str, dspex: &TokenStream) -> TokenStream {
    let (name, doc, value) =
        (case.variant.unraw().to_string(), option(case.doc.as_deref()), &case.value);
    let fields = case.fields.iter().map(|field| field_of(field, dspex));
    quote! {
        #dspex::record_type(
            #name, #doc, ::std::vec![#dspex::tag_field(#tag, #value), #(#fields),*],
        )
    }
}

fn write_case(case: &Case, tag: &str, dspex: &TokenStream) -> TokenStream {
    let Case { variant, value, fields, .. } = case;
    let members = fields.iter().map(|field| &field.member);
    let locals: Vec<_> = locals(fields);
    let writes = fields.iter().zip(&locals).map(|(field, local)| {
        let (name, via) = (&field.name, via(field, dspex));
        quote!((#name, #via::into_value(#local)))
    });
    quote! {
        Self::#variant { #(#members: #locals),* } => #dspex::Value::Map(#dspex::collect([
            (#tag, #dspex::Value::Text(::std::borrow::ToOwned::to_owned(#value))),
            #(#writes),*
        ])),
    }
}

fn read_case(position: usize, case: &Case, dspex: &TokenStream) -> TokenStream {
    let Case { variant, fields, .. } = case;
    let members = fields.iter().map(|field| &field.member);
    let checks = fields.iter().filter_map(|field| check(field, dspex));
    let reads = fields.iter().map(|field| read(field, dspex));
    quote! {
        #position => {
            #(#checks)*
            Self::#variant { #(#members: #reads),* }
        }
    }
}

/// Names for what a pattern takes out of a case, that no `const` of the user has.
fn locals(fields: &[FieldDefinition]) -> Vec<Ident> {
    let local = |field: &FieldDefinition| {
        Ident::new(&format!("__dspex_{}", field.member.unraw()), Span::call_site())
    };
    fields.iter().map(local).collect()
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

#[cfg(test)]
mod tests {
    use syn::{File, Item};

    #[test]
    fn a_derive_adds_no_name_that_a_user_could_meet() {
        let structs = [
            "/// Ask.\n#[signature(output = Answer)] struct Ask { #[field(ge = 1)] k: u8 }",
            "struct Line { item: String }",
            "enum Topic { Refund, Other }",
            "enum Payment { Card { number: String }, Cash }",
        ];
        for (position, source) in structs.into_iter().enumerate() {
            let derive = match position {
                0 => crate::validate::Derive::Signature,
                _ => crate::validate::Derive::FieldType,
            };
            let made = crate::derive(source.parse().expect("it is Rust"), derive);
            let file: File = syn::parse2(made).expect("it is Rust");
            let is_hidden = |item: &Item| matches!(item, Item::Const(item) if item.ident == "_");
            assert!(file.items.iter().all(is_hidden), "{source}");
        }
    }
}
