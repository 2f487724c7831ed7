//! DSPy's `XMLAdapter`.

mod cursor;
mod document;
mod names;
mod namespace;
mod reader;
mod serialize;

#[cfg(test)]
mod reader_tests;
