//! The fields of a struct: names, attributes, bounds.

use dspex_signature::__private::name_fault;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Expr, Fields, Type};

use super::setting::{default, length, number, text};
use super::{Derive, later, once, refuse_misplaced};
use crate::fault::Faults;
use crate::parse::{self, Attributes, Entry};

/// One field of a struct.
pub(crate) struct FieldDefinition {
    /// As Rust knows it.
    pub(crate) member: Ident,
    /// As the model knows it.
    pub(crate) name: String,
    pub(crate) ty: Type,
    pub(crate) desc: Option<String>,
    pub(crate) default: Option<Default>,
    pub(crate) constraints: Vec<Constraint>,
}

/// The value of an absent field.
pub(crate) enum Default {
    /// `default`: what the type's `Default` says.
    OfType(Span),
    /// `default = ..`.
    Expr(Box<Expr>),
}

/// A constraint with its bound.
pub(crate) struct Constraint {
    pub(crate) key: Ident,
    pub(crate) bound: Bound,
}

/// What a constraint can be bound by.
#[derive(Clone, PartialEq)]
pub(crate) enum Bound {
    Int(i64),
    Float(f64),
    Text(String),
}

/// Attributes that work, and those that are planned.
const KNOWN: [&str; 10] =
    ["desc", "default", "rename", "ge", "gt", "le", "lt", "min_length", "max_length", "pattern"];
const LATER: [&str; 5] = ["alias", "from", "multiple_of", "serde", "text"];

/// Checks the fields of a struct.
pub(super) fn record(
    fields: Fields,
    ident: &Ident,
    derive: Derive,
    faults: &mut Faults,
) -> Vec<FieldDefinition> {
    let fields = match fields {
        Fields::Named(fields) => fields.named,
        Fields::Unnamed(fields) => {
            faults.at(fields, "fields need names: they are what the model is told");
            return Vec::new();
        }
        Fields::Unit => {
            faults.at(ident, "a struct without fields says nothing; give it named fields");
            return Vec::new();
        }
    };
    let mut known: Vec<(String, Ident)> = Vec::new();
    let mut definitions = Vec::new();
    for field in fields {
        let attributes = parse::attributes(&field.attrs, faults);
        let Some(member) = field.ident else { continue };
        if let Some(itself) = mention(ident, field.ty.to_token_stream()) {
            faults.at(
                itself,
                "a record within itself is not supported yet: its description would have no end",
            );
        }
        let definition = field_definition(member, field.ty, attributes, derive, faults);
        match known.iter().find(|(name, _)| *name == definition.name) {
            Some((name, first)) => faults.between(
                first,
                &definition.member,
                format!("two fields are named `{name}`; rename one of them"),
            ),
            None => known.push((definition.name.clone(), definition.member.clone())),
        }
        definitions.push(definition);
    }
    definitions
}

/// Where a type speaks of the struct that it is part of.
///
/// A bare name is always the struct's own, because its definition is the nearest; a record within
/// itself by way of another one is left to the compiler, which finds a cycle of constants.
fn mention(ident: &Ident, ty: TokenStream) -> Option<Ident> {
    let mut after_colons = false;
    for token in ty {
        let found = match &token {
            TokenTree::Ident(name) if !after_colons && (name == ident || name == "Self") => {
                Some(name.clone())
            }
            TokenTree::Group(group) => mention(ident, group.stream()),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
        after_colons = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ':');
    }
    None
}

fn field_definition(
    member: Ident,
    ty: Type,
    attributes: Attributes,
    derive: Derive,
    faults: &mut Faults,
) -> FieldDefinition {
    refuse_misplaced(&attributes, faults);
    let entries = once(&attributes.field, faults);
    let mut definition = FieldDefinition {
        name: member.unraw().to_string(),
        member,
        ty,
        desc: attributes.doc,
        default: None,
        constraints: Vec::new(),
    };
    let mut renamed = false;
    for entry in entries {
        match entry.key.to_string().as_str() {
            "desc" => definition.desc = text(entry, faults).map(|text| text.value()),
            "default" => definition.default = Some(default(entry)),
            "rename" => {
                renamed = true;
                if let Some(name) = text(entry, faults) {
                    check_name(&name.value(), &name, derive, faults);
                    definition.name = name.value();
                }
            }
            "ge" | "gt" | "le" | "lt" => push(&mut definition, entry, number(entry, faults)),
            "min_length" | "max_length" => push(&mut definition, entry, length(entry, faults)),
            "pattern" => {
                let pattern = text(entry, faults).map(|text| Bound::Text(text.value()));
                push(&mut definition, entry, pattern);
            }
            later_name if LATER.contains(&later_name) => later(entry, faults),
            _ => faults.unknown(&entry.key, "attribute", &KNOWN),
        }
    }
    if !renamed {
        check_name(&definition.name, &definition.member, derive, faults);
    }
    check_bounds(&definition.constraints, &attributes.field, faults);
    definition
}

fn push(definition: &mut FieldDefinition, entry: &Entry, bound: Option<Bound>) {
    if let Some(bound) = bound {
        definition.constraints.push(Constraint { key: entry.key.clone(), bound });
    }
}

/// Names that DSPy would refuse, or that are not supported yet.
fn check_name(name: &str, place: &impl ToTokens, derive: Derive, faults: &mut Faults) {
    if let Some(fault) = name_fault(name, derive == Derive::Signature) {
        let hint = fault.hint.map_or_else(String::new, |hint| format!("\nhint: {hint}"));
        faults.at(place, format!("{}{hint}", fault.message));
    }
}

/// Bounds that exclude each other, or say the same thing twice.
fn check_bounds(constraints: &[Constraint], entries: &[Entry], faults: &mut Faults) {
    let find = |key: &str| {
        let constraint = constraints.iter().find(|constraint| constraint.key == key)?;
        let entry = entries.iter().find(|entry| entry.key == key)?;
        Some((number_of(&constraint.bound), entry))
    };
    for (one, other, side) in [("ge", "gt", "below"), ("le", "lt", "above")] {
        if let (Some((_, first)), Some((_, second))) = (find(one), find(other)) {
            faults.between(
                first,
                second,
                format!("`{one}` and `{other}` both bound from {side}; keep one of them"),
            );
        }
    }
    let pairs = [
        ("ge", "le", true),
        ("ge", "lt", false),
        ("gt", "le", false),
        ("gt", "lt", false),
        ("min_length", "max_length", true),
    ];
    for (low_key, high_key, may_be_equal) in pairs {
        if let (Some((low, first)), Some((high, second))) = (find(low_key), find(high_key))
            && (low > high || low == high && !may_be_equal)
        {
            faults.between(
                first,
                second,
                format!("no value is within `{low_key} = {low}` and `{high_key} = {high}`"),
            );
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "bounds are compared with each other only")]
fn number_of(bound: &Bound) -> f64 {
    match bound {
        Bound::Int(int) => *int as f64,
        Bound::Float(float) => *float,
        Bound::Text(_) => f64::NAN,
    }
}
