//! Field types of other crates, a file and a feature for each.

#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "decimal")]
mod decimal;
#[cfg(feature = "jiff")]
mod jiff;
#[cfg(feature = "serde")]
mod serde;
#[cfg(any(feature = "chrono", feature = "decimal", feature = "jiff", feature = "uuid"))]
mod tagged;
#[cfg(feature = "uuid")]
mod uuid;

#[cfg(feature = "serde")]
pub use serde::SerdeField;
