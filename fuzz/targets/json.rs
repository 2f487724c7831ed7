//! Completions through the `json` adapter: a line with the signature, then the completion.
#![no_main]

use dspex_fuzz::check_adapter;
use dspex_signature::Adapter;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| check_adapter(Adapter::Json, input));
