//! Derives and macros that check DSPy signatures at compile time.
//!
//! A signature is two structs that you own. The input carries the instructions as its doc comment;
//! the doc comment of a field is the field's description. Nothing is parsed at run time.
//!
//! ```
//! use dspex_signature::{FieldType as _, Record as _, TypedSignature as _, fields};
//! use dspex_signature_macros::{FieldType, Signature, signature};
//!
//! /// Sort the ticket.
//! #[derive(Signature)]
//! #[signature(output = Sorted)]
//! struct Sort {
//!     text: String,
//! }
//!
//! #[derive(FieldType)]
//! struct Sorted {
//!     topic: Topic,
//!     /// 1 can wait, 5 cannot
//!     #[field(ge = 1, le = 5)]
//!     urgency: u8,
//! }
//!
//! #[derive(FieldType, Debug, PartialEq)]
//! enum Topic {
//!     Delivery,
//!     Refund,
//!     Other,
//! }
//!
//! let signature = Sort::signature();
//! assert_eq!(signature.instructions(), "Sort the ticket.");
//! assert_eq!(signature.outputs()[1].desc.as_deref(), Some("1 can wait, 5 cannot"));
//!
//! let sorted: Sorted = fields! { "topic" => "Refund", "urgency" => 2 }.to()?;
//! assert_eq!(sorted.topic, Topic::Refund);
//! let error = fields! { "topic" => "Refund", "urgency" => 9 }.to::<Sorted>().err();
//! assert_eq!(error.unwrap().to_string(), "`urgency` should be `<= 5`, found `more`");
//!
//! let untyped = signature!("question, k: int -> answer, sources: list[str]");
//! assert_eq!(untyped.outputs().len(), 2);
//! # Ok::<(), dspex_signature::ValueError>(())
//! ```
//!
//! The umbrella crate `dspex` re-exports all of this. The generated code finds `dspex` or
//! `dspex-signature` through your `Cargo.toml`, under whatever name it has there; where neither is
//! listed, say where it is: `#[dspex(crate = path::to::dspex)]`.
//!
//! Not supported yet: recursive records, the attribute `multiple_of`, and `alias` on variants. Each
//! is refused at its token.

mod crate_path;
mod expand;
mod fault;
mod literal;
mod note;
mod parse;
mod tool;
mod validate;

use proc_macro::TokenStream;
use quote::quote;

use fault::Faults;
use validate::Derive;

/// Makes a struct the input of a signature: implements `Record` and `TypedSignature`.
///
/// `#[signature(output = Answer)]` names the struct that holds the answer; it derives
/// [`FieldType`](macro@FieldType). The doc comment of the input struct is the instruction; without
/// one it is DSPy's default (``Given the fields `question`, produce the fields `answer`.``).
/// No field may stand on both sides. Fields take the attributes of
/// [`FieldType`](macro@FieldType#attributes-of-a-field).
///
/// The signature is built on the first call of `TypedSignature::signature` and kept.
///
/// # Errors
/// A mistake is reported at its token, all mistakes at once:
///
/// ```text
#[doc = include_str!("../tests/ui/output_shares_a_name.stderr")]
/// ```
#[proc_macro_derive(Signature, attributes(field, signature, dspex))]
pub fn derive_signature(input: TokenStream) -> TokenStream {
    derive(input.into(), Derive::Signature).into()
}

/// Makes a struct or an enum a type of fields: implements `FieldType`, and for a struct `Record`,
/// so that it can be a signature's output.
///
/// A struct with named fields is a pydantic model to Python, a unit enum an `Enum` class whose
/// values are the variants' names. Structs nest; a struct within itself is not supported yet.
///
/// An enum with data is a union of models, one for each variant and named after it. Their first
/// field tells them apart: `type`, or what `#[field(tag = "..")]` above the enum names, with the
/// variant's name as its value.
///
/// ```
/// use dspex_signature::{FieldType as _, fields};
/// use dspex_signature_macros::FieldType;
///
/// #[derive(FieldType)]
/// #[field(tag = "method")]
/// enum Payment {
///     Card { last_four: String },
///     Cash,
/// }
///
/// assert_eq!(Payment::field_type().to_string(), "Union[Card, Cash]");
/// let card = fields! { "method" => "Card", "last_four" => "4242" };
/// assert_eq!(Payment::Card { last_four: "4242".to_owned() }.into_value(), card.into());
/// ```
///
/// # Attributes of a field
///
/// | `#[field(..)]` | meaning |
/// |---|---|
/// | `desc = ".."` | the description, in place of the doc comment |
/// | `default`, `default = expr` | taken where a value is absent: the type's default, or this |
/// | `rename = ".."` | the name that the model and Python see |
/// | `alias = ".."`, `alias = ["..", ".."]` | names under which the field is found too when a record is read, as in a file of examples |
/// | `text` | the field is text, by the type's `FromStr` and `Display`: `Url`, `Option<IpAddr>`, `Vec<Version>` |
/// | `serde` | the field is `Any`, by the type's `Serialize` and `Deserialize`; needs the feature `serde` |
/// | `from = "stage.field"` | in a pipeline, the full name of what a stage made |
/// | `ge`, `gt`, `le`, `lt` `= number` | bounds of a number |
/// | `min_length`, `max_length` `= n` | bounds on a text's characters or a list's items |
/// | `pattern = ".."` | a regular expression of the crate `regex`, which text has to match somewhere: `^` and `$` tie it to the ends |
///
/// Bounds are told to the model, in the order in which they are written, and checked when a record
/// is read. A variant of an enum takes `rename = ".."`: its value in place of its name.
///
/// The types that can stand in a field are those of
/// [`FieldType`](https://docs.rs/dspex-signature/latest/dspex_signature/trait.FieldType.html): text,
/// numbers, `bool`, `Option`, `Vec`, arrays, tuples, maps, sets, `Box`, `Arc`, what derives this, and
/// by features the types of chrono, jiff, uuid, rust_decimal and serde_json.
///
/// # Errors
/// A mistake is reported at its token, all mistakes at once:
///
/// ```text
#[doc = include_str!("../tests/ui/attribute_unknown.stderr")]
/// ```
///
/// A record within itself, even by way of another one, does not compile:
///
/// ```compile_fail,E0391
/// # use dspex_signature_macros::FieldType;
/// #[derive(FieldType)]
/// struct Folder {
///     files: Vec<File>,
/// }
///
/// #[derive(FieldType)]
/// struct File {
///     parent: Option<Box<Folder>>,
/// }
/// ```
#[proc_macro_derive(FieldType, attributes(field, dspex))]
pub fn derive_field_type(input: TokenStream) -> TokenStream {
    derive(input.into(), Derive::FieldType).into()
}

/// A [`Signature`](https://docs.rs/dspex-signature/latest/dspex_signature/struct.Signature.html)
/// from a text that the compiler has checked: `signature!("question, k: int -> answer")`.
///
/// The same value as `Signature::parse` of the text gives, without parsing at run time.
/// `signature!(crate = path::to::dspex, "..")` says where dspex is, for macros that wrap this one.
///
/// # Errors
/// Every fault of the text, with its place:
///
/// ```text
#[doc = include_str!("../tests/ui/signature_faults.stderr")]
/// ```
#[proc_macro]
pub fn signature(input: TokenStream) -> TokenStream {
    literal::expand(input.into()).into()
}

/// Makes a function a tool: one that a model may call. The function itself stays as it is.
///
/// The tool has the function's name and doc comment; its arguments are the parameters, each of a
/// field type, with their doc comments and the attributes of
/// [`FieldType`](macro@FieldType#attributes-of-a-field). A reference in front is state that the
/// model never sees. The function may be `async`, and returns a field type, nothing, or a `Result`
/// whose error the model reads through `Display`.
///
/// ```
/// # use std::sync::Arc;
/// use dspex_signature::fields;
/// use dspex_signature_macros::{FieldType, tool};
///
/// struct Shop;
///
/// #[derive(FieldType)]
/// struct Order {
///     item: String,
/// }
///
/// /// Look an order up.
/// #[tool]
/// fn find_order(shop: &Shop, /** as on the invoice: `A-1042` */ number: String) -> Result<Order, String> {
///     match number.as_str() {
///         "A-1042" => Ok(Order { item: "lamp".to_owned() }),
///         _ => Err(format!("there is no order {number}")),
///     }
/// }
///
/// let tool = find_order::tool(Arc::new(Shop));
/// assert_eq!((tool.name(), tool.desc()), ("find_order", "Look an order up."));
/// assert_eq!(tool.args().unwrap()[0].desc.as_deref(), Some("as on the invoice: `A-1042`"));
/// assert!(find_order(&Shop, "A-1042".to_owned()).is_ok());
/// # let answer = tool.call(fields! { "number" => "B-7" });
/// # let mut context = std::task::Context::from_waker(std::task::Waker::noop());
/// # let std::task::Poll::Ready(answer) = std::pin::pin!(answer).poll(&mut context) else { panic!() };
/// # assert_eq!(answer.unwrap_err().to_string(), "there is no order B-7");
/// ```
///
/// | `#[tool(..)]` | meaning |
/// |---|---|
/// | `name = ".."` | the name that the model calls, in place of the function's |
/// | `crate = path` | where dspex is |
///
/// # Errors
/// A mistake is reported at its token, all mistakes at once.
#[proc_macro_attribute]
pub fn tool(attribute: TokenStream, item: TokenStream) -> TokenStream {
    tool::expand(attribute.into(), &item.into()).into()
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
            quote!(#error #stub)
        }
    }
}
