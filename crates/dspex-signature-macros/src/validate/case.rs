//! The variants of an enum with data: a model for each, told apart by a tag.

use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::{DataEnum, Fields, Variant};

use super::field::{self, FieldDefinition};
use super::setting::text;
use super::{Derive, Kind, later, member, once, refuse_misplaced};
use crate::fault::Faults;
use crate::parse::{self, Entry};

/// One variant of an enum with data.
pub(crate) struct Case {
    pub(crate) variant: Ident,
    pub(crate) doc: Option<String>,
    /// What stands in the tag's field.
    pub(crate) value: String,
    pub(crate) fields: Vec<FieldDefinition>,
}

/// The name of the tag's field where the enum gives none, as in many APIs.
const TAG: &str = "type";

/// Attributes of a variant that work, and those that are planned.
const KNOWN: [&str; 1] = ["rename"];
const LATER: [&str; 1] = ["alias"];

/// A unit enum where no variant has data and no tag is named, else an enum with data.
pub(super) fn kind(
    data: DataEnum,
    tag: Option<&Entry>,
    ident: &Ident,
    faults: &mut Faults,
) -> Kind {
    let has_data = data.variants.iter().any(|variant| !matches!(variant.fields, Fields::Unit));
    if tag.is_none() && !has_data {
        return Kind::Enum(member::members(&data, ident, faults));
    }
    let tag = tag.and_then(|tag| tag_name(tag, faults)).unwrap_or_else(|| TAG.to_owned());
    let mut cases: Vec<Case> = Vec::new();
    for variant in data.variants {
        let Some(case) = case(variant, &tag, ident, faults) else { continue };
        if let Some(first) = cases.iter().find(|known| known.value == case.value) {
            faults.between(
                &first.variant,
                &case.variant,
                format!("two variants have the value `{}`; rename one of them", case.value),
            );
        }
        cases.push(case);
    }
    if cases.is_empty() {
        faults.at(ident, "an enum needs a variant for the model to choose");
    }
    Kind::Choice(tag, cases)
}

fn tag_name(tag: &Entry, faults: &mut Faults) -> Option<String> {
    let name = text(tag, faults)?;
    field::check_name(&name.value(), &name, Derive::FieldType, faults);
    Some(name.value())
}

fn case(variant: Variant, tag: &str, ident: &Ident, faults: &mut Faults) -> Option<Case> {
    let attributes = parse::attributes(&variant.attrs, faults);
    refuse_misplaced(&attributes, faults);
    let mut value = variant.ident.unraw().to_string();
    for entry in once(&attributes.field, faults) {
        if entry.key == "rename" {
            value = text(entry, faults).map_or(value, |text| text.value());
        } else if LATER.iter().any(|name| entry.key == name) {
            later(entry, faults);
        } else {
            faults.unknown(&entry.key, "attribute of a variant", &KNOWN);
        }
    }
    let fields = match variant.fields {
        Fields::Named(fields) => field::named(fields.named, ident, Derive::FieldType, faults),
        Fields::Unit => Vec::new(),
        Fields::Unnamed(fields) => {
            faults.at(
                fields,
                "the data of a variant needs names: they are what the model is told\nhint: write \
                 `{ name: Type }`, or take the record's own fields into the variant",
            );
            return None;
        }
    };
    let is_tag = |field: &&FieldDefinition| {
        field.name == tag || field.aliases.iter().any(|alias| alias == tag)
    };
    if let Some(clash) = fields.iter().find(is_tag) {
        faults.at(
            &clash.member,
            format!(
                "`{tag}` tells the variants apart, so that no field can have this name\nhint: name \
                 another tag with `#[field(tag = \"..\")]` above the enum"
            ),
        );
    }
    Some(Case { variant: variant.ident, doc: attributes.doc, value, fields })
}
