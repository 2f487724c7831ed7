//! Expand: from a definition to code.
//!
//! The code names everything by its full path (and its parameters by names that no `const` of the
//! user has, for such a one would be taken for a pattern), calls helpers of
//! `dspex_signature::__private` and stays small: 200 signatures should cost seconds, not minutes, to
//! compile.

mod choice;
mod field;
mod stub;

use proc_macro2::TokenStream;
use quote::quote;
use syn::Type;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use field::via;
pub(crate) use field::{assertions, check, field_of, locals, read, respan};
pub(crate) use stub::stub;

use crate::note;
use crate::validate::{Definition, FieldDefinition, Kind, Member};

/// The implementations that a definition asks for; `dspex` is the path of the hidden module.
pub(crate) fn definition(definition: &Definition, dspex: &TokenStream) -> TokenStream {
    let implementations = match &definition.kind {
        Kind::Record(fields) => {
            let record = record(definition, fields, dspex);
            let field_type = record_field_type(definition, dspex);
            quote!(#record #field_type)
        }
        Kind::Enum(members) => unit_enum(definition, members, dspex),
        Kind::Choice(tag, cases) => choice::choice(definition, tag, cases, dspex),
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
    let (aliases, full_names) = (aliases(fields), full_names(fields));
    quote! {
        #[automatically_derived]
        impl #dspex::Record for #ident {
            const SHAPE: #dspex::RecordShape = #dspex::RecordShape {
                name: #name,
                open: false,
                parts: &[#dspex::Part::Own(&[#((#known, #vias::SHAPE)),*])],
            };

            #full_names

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

/// Which full name in the shape stands for which field, where there are any.
fn full_names(fields: &[FieldDefinition]) -> Option<TokenStream> {
    let pairs = fields.iter().filter_map(|FieldDefinition { name, from, .. }| {
        from.as_ref().map(|from| quote!((#from, #name)))
    });
    let pairs: Vec<_> = pairs.collect();
    (!pairs.is_empty()).then(|| {
        quote! {
            const FULL_NAMES: &'static [(&'static str, &'static str)] = &[#(#pairs),*];
        }
    })
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
