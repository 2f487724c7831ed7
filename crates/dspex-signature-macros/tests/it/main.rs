//! Behaviour of the derives and of `signature!`, as a user of the crate sees it.

mod choices;
mod equality;
mod field_types;
mod guide;
mod hygiene;
mod ide;
mod records;
mod signatures;
mod tools;
mod ui;
