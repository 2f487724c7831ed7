//! What stands in place of the implementations where a derive has found faults.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::validate::Derive;

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

            #[automatically_derived]
            impl #generics #dspex::KeyType for #ident #arguments #bounds {}
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
