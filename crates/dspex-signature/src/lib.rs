//! The shared words of dspex: values, types, signatures, prompts and their parsing.
//!
//! Pure: no async, no Python, and no IO but for [`Example::load`], which reads a file. What DSPy
//! says with a signature string is said here with [`Signature::parse`], and what it sends to a
//! model is rendered here by [`ChatAdapter`].
//!
//! ```
//! use dspex_signature::{ChatAdapter, Parsed, Signature, fields};
//!
//! let signature = Signature::parse("question -> answer: int")?;
//! let messages = ChatAdapter.format(&signature, &[], &fields! { "question" => "2 + 2?" })?;
//! assert_eq!(messages.len(), 2);
//!
//! let completion = "[[ ## answer ## ]]\n4\n\n[[ ## completed ## ]]";
//! let Parsed::Exact(outputs) = ChatAdapter.parse(&signature, completion) else { panic!() };
//! assert_eq!(outputs.get::<i64>("answer")?, 4);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod adapter;
mod clock;
mod coerce;
mod example;
mod field_type;
mod fields;
mod grammar;
pub mod guide;
mod literal;
pub mod metrics;
mod nearest;
mod pattern;
mod program;
mod repair;
mod schema;
mod shape;
mod signature;
mod tool;
pub(crate) mod types;
mod value;

/// What the macros' code calls: hidden, and free to change with them.
#[doc(hidden)]
#[path = "private/mod.rs"]
pub mod __private;

pub use adapter::{
    Adapter, ChatAdapter, FormatError, JsonAdapter, Message, ParseError, Parsed, PartialOutputs,
    PreparedAdapter, PreparedChat, Role, Unsure, XmlAdapter,
};
pub use clock::{Clock, SystemClock, VirtualClock};
pub use coerce::{Coerced, coerce, validate};
pub use example::{Example, LineCause, LineFault, LoadError};
pub use field_type::{FieldType, KeyType, Record, TypedSignature};
pub use fields::Fields;
pub use grammar::TypeTable;
pub use nearest::nearest;
pub use program::{
    LmState, LoadedPredictor, LoadedProgram, PredictorState, Program, ProgramError, ProgramFault,
    ProgramNote, ProgramShape, SavedField,
};
pub use repair::{Families, Family, Repair, RepairDoubt, Repaired, repair};
pub use schema::{declared_schema, json_schema};
pub use shape::{Part, RecordShape, Shape};
pub use signature::{FaultKind, Side, Signature, SignatureError, SignatureFault};
pub use tool::{IntoObservation, Observation, Tool, ToolError, ToolFuture};
pub use types::{
    Bare, Collection, Constraints, EnumMixin, EnumType, Field, Mapping, OpaqueType, RecordKind,
    RecordType, Type,
};
pub use value::{
    BigInt, Complex, Dict, JsonError, JsonErrorKind, JsonStyle, Keeper, NdArray, NdItem,
    PartialJson, Rare, Reference, SurrogateText, Tag, Tagged, Value, ValueError,
};
