use std::collections::{BTreeMap, HashMap};

use dspex_signature_macros::FieldType;

#[derive(FieldType, PartialEq, Eq, Hash)]
struct Place {
    shelf: u32,
}

#[derive(FieldType)]
struct Stock {
    by_place: HashMap<Place, u32>,
    by_flag: BTreeMap<bool, u32>,
}

fn main() {}
