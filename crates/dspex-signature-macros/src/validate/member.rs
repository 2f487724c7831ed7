//! The variants of a unit enum.

use proc_macro2::Ident;
use syn::DataEnum;
use syn::ext::IdentExt;

use super::setting::text;
use super::{later, once, refuse_misplaced};
use crate::fault::Faults;
use crate::parse;

/// One variant of a unit enum.
pub(crate) struct Member {
    pub(crate) variant: Ident,
    /// The member's value; its name is the variant's.
    pub(crate) value: String,
}

/// Attributes that work, and those that are planned.
const KNOWN: [&str; 1] = ["rename"];
const LATER: [&str; 1] = ["alias"];

/// Checks the variants of an enum.
pub(super) fn members(data: &DataEnum, ident: &Ident, faults: &mut Faults) -> Vec<Member> {
    if data.variants.is_empty() {
        faults.at(ident, "an enum needs a variant for the model to choose");
    }
    let mut members: Vec<Member> = Vec::new();
    for variant in &data.variants {
        let attributes = parse::attributes(&variant.attrs, faults);
        refuse_misplaced(&attributes, faults);
        let mut value = variant.ident.unraw().to_string();
        for entry in once(&attributes.field, faults) {
            if entry.key == "rename" {
                if let Some(text) = text(entry, faults) {
                    value = text.value();
                }
            } else if LATER.iter().any(|name| entry.key == name) {
                later(entry, faults);
            } else {
                faults.unknown(&entry.key, "attribute of a variant", &KNOWN);
            }
        }
        if let Some(first) = members.iter().find(|member| member.value == value) {
            faults.between(
                &first.variant,
                &variant.ident,
                format!("two variants have the value `{value}`; rename one of them"),
            );
        }
        members.push(Member { variant: variant.ident.clone(), value });
    }
    members
}
