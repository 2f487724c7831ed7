//! Validate: from what the user wrote to a definition that `expand` can trust.
//!
//! Here is the item as a whole; `field`, `member` and `case` check what is in it, `setting` reads
//! values.

mod case;
mod field;
mod member;
mod setting;

use proc_macro2::Ident;
use syn::{Data, Path, Type};

pub(crate) use case::Case;
pub(crate) use field::{Bound, Constraint, Default, FieldDefinition, Via, named as fields};
pub(crate) use member::Member;
pub(crate) use setting::text;

use crate::fault::Faults;
use crate::parse::{Attributes, Entry, Item, Setting};

/// Which derive is at work.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Derive {
    FieldType,
    Signature,
}

/// A struct or enum without fault.
pub(crate) struct Definition {
    pub(crate) ident: Ident,
    pub(crate) doc: Option<String>,
    pub(crate) kind: Kind,
}

/// What the definition defines.
pub(crate) enum Kind {
    /// A struct for `FieldType`.
    Record(Vec<FieldDefinition>),
    /// A unit enum for `FieldType`.
    Enum(Vec<Member>),
    /// An enum with data for `FieldType`: the field that tells the cases apart, and the cases.
    Choice(String, Vec<Case>),
    /// An input struct for `Signature`, and the type of its output.
    Signature(Vec<FieldDefinition>, Box<Type>),
}

/// The path of the crate to write into the code, where `#[dspex(crate = ..)]` names one.
pub(crate) fn krate(attributes: &Attributes, faults: &mut Faults) -> Option<Path> {
    let mut krate = None;
    for entry in &attributes.dspex {
        match &entry.value {
            Some(Setting::Path(path)) if krate.is_none() => krate = Some(path.clone()),
            Some(Setting::Path(_)) => faults.at(entry, "`crate` is given twice"),
            _ if entry.key == "crate" => {
                faults.at(entry, "`crate` takes a path, as in `crate = ::dspex`");
            }
            _ => faults.unknown(&entry.key, "attribute", &["crate"]),
        }
    }
    krate
}

/// Checks everything that can be checked without knowing other types.
pub(crate) fn definition(
    item: Item,
    derive: Derive,
    mut faults: Faults,
) -> syn::Result<Definition> {
    refuse_generics(&item, &mut faults);
    let is_enum = matches!(&item.input.data, Data::Enum(_));
    for entry in &item.attributes.field {
        match (is_enum, entry.key == "tag") {
            (true, true) => {}
            (true, false) => faults.unknown(&entry.key, "attribute of an enum", &["tag"]),
            (false, true) => {
                faults.at(entry, "`tag` tells the variants of an enum apart; a struct has none");
            }
            (false, false) => faults.at(entry, "`#[field(..)]` describes a field; put it on one"),
        }
    }
    let output = output(&item, derive, &mut faults);
    let kind = match (item.input.data, derive) {
        (Data::Struct(data), derive) => {
            let fields = field::record(data.fields, &item.input.ident, derive, &mut faults);
            match derive {
                Derive::FieldType => Some(Kind::Record(fields)),
                Derive::Signature => output.map(|output| Kind::Signature(fields, Box::new(output))),
            }
        }
        (Data::Enum(data), Derive::FieldType) => {
            let entries = once(&item.attributes.field, &mut faults);
            let tag = entries.into_iter().find(|entry| entry.key == "tag");
            Some(case::kind(data, tag, &item.input.ident, &mut faults))
        }
        (Data::Enum(data), Derive::Signature) => {
            faults.at(data.enum_token, "a signature is a struct; its fields are the inputs");
            None
        }
        (Data::Union(data), Derive::FieldType) => {
            faults.at(data.union_token, "a union cannot stand in a field; use a struct or an enum");
            None
        }
        (Data::Union(data), Derive::Signature) => {
            faults.at(data.union_token, "a signature is a struct; its fields are the inputs");
            None
        }
    };
    let (ident, doc) = (item.input.ident, item.attributes.doc);
    let definition = kind.map(|kind| Definition { ident, doc, kind });
    faults.or(definition).map(|whole| whole.expect("without a kind there is a fault"))
}

fn refuse_generics(item: &Item, faults: &mut Faults) {
    let generics = &item.input.generics;
    if generics.lifetimes().next().is_some() {
        faults.at(
            &generics.params,
            "lifetimes are not supported: a call outlives what it was made from, so its values \
             are owned\nhint: use `String` for `&str` and `Vec` for slices",
        );
    } else if !generics.params.is_empty() {
        faults.at(
            &generics.params,
            "generics are not supported: each signature is built once and kept for the whole \
             program\nhint: write one struct per type",
        );
    }
}

fn output(item: &Item, derive: Derive, faults: &mut Faults) -> Option<Type> {
    let mut output: Option<(&Entry, &Type)> = None;
    let mut misspelt = false;
    for entry in &item.attributes.signature {
        match (&entry.value, output) {
            (Some(Setting::Type(_)), Some((first, _))) => {
                faults.between(first, entry, "`output` is given twice");
            }
            (Some(Setting::Type(ty)), None) => output = Some((entry, ty)),
            _ if entry.key == "output" => {
                faults.at(entry, "`output` takes a type, as in `output = Answer`");
                return None;
            }
            _ => {
                misspelt = true;
                faults.unknown(&entry.key, "attribute", &["output"]);
            }
        }
    }
    if output.is_none() && !misspelt && !item.attributes.is_cut && derive == Derive::Signature {
        faults.at(
            &item.input.ident,
            "the output is missing\nhint: name the struct that holds it: `#[signature(output = Answer)]`",
        );
    }
    output.map(|(_, ty)| ty.clone())
}

/// The entries, each key once.
pub(crate) fn once<'a>(entries: &'a [Entry], faults: &mut Faults) -> Vec<&'a Entry> {
    let mut known: Vec<&Entry> = Vec::new();
    for entry in entries {
        match known.iter().find(|first| first.key == entry.key) {
            Some(first) => {
                faults.between(*first, entry, format!("`{}` is given twice", entry.key));
            }
            None => known.push(entry),
        }
    }
    known
}

fn refuse_misplaced(attributes: &Attributes, faults: &mut Faults) {
    for entry in &attributes.signature {
        faults.at(entry, "`#[signature(..)]` describes the struct; put it above it");
    }
    for entry in &attributes.dspex {
        faults.at(entry, "`#[dspex(..)]` belongs above the struct or enum");
    }
}

fn later(entry: &Entry, faults: &mut Faults) {
    faults.at(&entry.key, format!("`{}` is not supported yet", entry.key));
}
