//! JSON in pieces: what is read is what the strict reader reads, wherever the text is cut.
#![no_main]

use dspex_signature::{JsonError, JsonErrorKind, PartialJson, Value};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let strict = Value::from_json(text);
    let characters = text.split_inclusive(|_| true);
    for read in [read(characters), read([text]), read(text.split_inclusive(['"', ',', '\\']))] {
        match (&read, &strict) {
            // It is an error at once, whatever follows.
            (Err(read), Err(_)) if read.kind() == JsonErrorKind::LoneSurrogate => {}
            _ => assert_eq!(read, strict),
        }
    }
});

fn read<'a>(pieces: impl IntoIterator<Item = &'a str>) -> Result<Value, JsonError> {
    let mut json = PartialJson::new();
    for piece in pieces {
        json.push(piece)?;
    }
    json.finish()
}
