//! Derives and macros that check DSPy signatures at compile time.
//!
//! A signature is two structs that you own: the input, which carries the instructions as its doc
//! comment, and the output. Their fields are plain Rust.
//!
//! ```
//! use dspex_signature::{Signature as _, TypedSignature};
//! # use dspex_signature_macros::{FieldType, Signature};
//! ```

mod crate_path;
mod expand;
mod fault;
mod parse;
mod validate;

use fault::Faults;
use validate::Derive;

/// signature
#[proc_macro_derive(Signature, attributes(field, signature, dspex))]
pub fn derive_signature(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(input.into(), Derive::Signature).into()
}

/// field type
#[proc_macro_derive(FieldType, attributes(field, dspex))]
pub fn derive_field_type(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(input.into(), Derive::FieldType).into()
}

fn derive(input: proc_macro2::TokenStream, derive: Derive) -> proc_macro2::TokenStream {
    let mut faults = Faults::default();
    let item = match parse::item(input, &mut faults) {
        Ok(item) => item,
        Err(error) => return error.into_compile_error(),
    };
    let dspex = crate_path::private(validate::krate(&item.attributes, &mut faults).as_ref());
    let stub = expand::stub(&item.input, derive, &dspex);
    match validate::definition(item, derive, faults) {
        Ok(definition) => expand::definition(&definition, &dspex),
        Err(error) => {
            let error = error.into_compile_error();
            quote::quote!(#error #stub)
        }
    }
}
