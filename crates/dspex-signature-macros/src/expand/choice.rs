//! Enums with data: a union of models, one for each variant.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;

use super::field::{assertions, check, field_of, locals, read, via};
use super::option;
use crate::validate::{Case, Definition};

pub(super) fn choice(
    definition: &Definition,
    tag: &str,
    cases: &[Case],
    dspex: &TokenStream,
) -> TokenStream {
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
