//! The fields of a struct: names, attributes, bounds.

use dspex_signature::__private::{name_fault, pattern_fault};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Expr, Fields, Type};

use super::setting::{default, flag, length, number, text, texts};
use super::{Derive, later, once, refuse_misplaced};
use crate::fault::Faults;
use crate::parse::{self, Attributes, Entry};

/// One field of a struct.
pub(crate) struct FieldDefinition {
    /// As Rust knows it.
    pub(crate) member: Ident,
    /// As the model knows it.
    pub(crate) name: String,
    /// Names under which it is found too, when a record is read.
    pub(crate) aliases: Vec<String>,
    /// The full name of what a stage of a pipeline made, in place of the field's own name there.
    pub(crate) from: Option<String>,
    pub(crate) ty: Type,
    /// What makes a value of it.
    pub(crate) via: Via,
    pub(crate) desc: Option<String>,
    /// Where the doc comment stands, which need not be the description.
    pub(crate) doc_place: Option<Span>,
    pub(crate) default: Option<Default>,
    pub(crate) constraints: Vec<Constraint>,
}

/// What makes a value of a field, and a field of a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Via {
    /// The type's own `FieldType`.
    Itself,
    /// `text`: `FromStr` and `Display`.
    Text,
    /// `serde`: `Serialize` and `Deserialize`.
    Serde,
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
const KNOWN: [&str; 14] = [
    "desc",
    "default",
    "rename",
    "alias",
    "from",
    "text",
    "serde",
    "ge",
    "gt",
    "le",
    "lt",
    "min_length",
    "max_length",
    "pattern",
];
const LATER: [&str; 1] = ["multiple_of"];

/// Checks the fields of a struct.
pub(super) fn record(
    fields: Fields,
    ident: &Ident,
    derive: Derive,
    faults: &mut Faults,
) -> Vec<FieldDefinition> {
    let fields = match fields {
        Fields::Named(fields) if fields.named.is_empty() => {
            faults.at(ident, "a struct without fields says nothing; give it named fields");
            return Vec::new();
        }
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
    named(fields, ident, derive, faults)
}

/// Checks fields that have names, of a struct or of a variant.
pub(crate) fn named(
    fields: impl IntoIterator<Item = syn::Field>,
    ident: &Ident,
    derive: Derive,
    faults: &mut Faults,
) -> Vec<FieldDefinition> {
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
        for name in [&definition.name].into_iter().chain(&definition.aliases) {
            match known.iter().find(|(other, _)| other == name) {
                Some((_, first)) if *first == definition.member => {
                    faults.at(first, format!("this field has the name `{name}` twice"));
                }
                Some((_, first)) => faults.between(
                    first,
                    &definition.member,
                    format!("two fields are named `{name}`; rename one of them"),
                ),
                None => known.push((name.clone(), definition.member.clone())),
            }
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
    // A lifetime of the struct's own is told where it is declared.
    let is_own = |lifetime: &syn::Lifetime| lifetime.ident != "static";
    if let Type::Reference(reference) = &ty
        && !reference.lifetime.as_ref().is_some_and(is_own)
    {
        faults.at(
            reference,
            "a field owns its value: a call outlives what it was made from\nhint: use `String` for \
             `&str` and `Vec` for slices",
        );
    }
    let entries = once(&attributes.field, faults);
    let mut definition = FieldDefinition {
        name: member.unraw().to_string(),
        aliases: Vec::new(),
        from: None,
        member,
        ty,
        via: Via::Itself,
        desc: attributes.doc,
        doc_place: attributes.doc_place,
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
            "alias" => definition.aliases = aliases(entry, faults),
            "from" => definition.from = from(entry, faults),
            "text" if flag(entry, faults) => definition.via = Via::Text,
            "serde" if flag(entry, faults) => definition.via = Via::Serde,
            "text" | "serde" => {}
            "ge" | "gt" | "le" | "lt" => push(&mut definition, entry, number(entry, faults)),
            "min_length" | "max_length" => push(&mut definition, entry, length(entry, faults)),
            "pattern" => push(&mut definition, entry, pattern(entry, faults)),
            later_name if LATER.contains(&later_name) => later(entry, faults),
            _ => faults.unknown(&entry.key, "attribute", &KNOWN),
        }
    }
    if !renamed {
        check_name(&definition.name, &definition.member, derive, faults);
    }
    check_via(&attributes.field, faults);
    check_bounds(&definition.constraints, &attributes.field, faults);
    definition
}

fn push(definition: &mut FieldDefinition, entry: &Entry, bound: Option<Bound>) {
    if let Some(bound) = bound {
        definition.constraints.push(Constraint { key: entry.key.clone(), bound });
    }
}

/// A pattern that pydantic reads too, which the crate `regex` does for both.
fn pattern(entry: &Entry, faults: &mut Faults) -> Option<Bound> {
    let literal = text(entry, faults)?;
    let pattern = literal.value();
    if let Some(fault) = pattern_fault(&pattern) {
        faults.at(&literal, format!("this pattern cannot be read: {fault}"));
        return None;
    }
    Some(Bound::Text(pattern))
}

/// Names in files and in other programs, which may be any text.
fn aliases(entry: &Entry, faults: &mut Faults) -> Vec<String> {
    let aliases = texts(entry, faults);
    for alias in aliases.iter().filter(|alias| alias.value().is_empty()) {
        faults.at(alias, "an empty text is no name");
    }
    aliases.iter().map(syn::LitStr::value).collect()
}

/// `stage.field`, each a name; what a pipeline calls its stages is not known here.
fn from(entry: &Entry, faults: &mut Faults) -> Option<String> {
    let path = text(entry, faults)?;
    let full_name = path.value();
    let is_full = full_name
        .split_once('.')
        .is_some_and(|(stage, field)| !stage.is_empty() && name_fault(field, false).is_none());
    if !is_full {
        faults.at(
            &path,
            "`from` takes the full name of what a stage made, as in `from = \"draft.reasoning\"`",
        );
    }
    is_full.then_some(full_name)
}

/// `text` and `serde` say how the value is made, so that there can be only one of them; what serde
/// makes has no bounds.
fn check_via(entries: &[Entry], faults: &mut Faults) {
    let find = |key: &str| entries.iter().find(|entry| entry.key == key);
    if let (Some(text), Some(serde)) = (find("text"), find("serde")) {
        faults.between(text, serde, "`text` and `serde` exclude each other; keep one of them");
    }
    let bounds = ["ge", "gt", "le", "lt", "min_length", "max_length", "pattern"];
    if let (Some(serde), Some(bound)) = (find("serde"), bounds.into_iter().find_map(find)) {
        faults.between(
            serde,
            bound,
            format!(
                "`{}` cannot bound what serde makes: its type is `Any` to the model",
                bound.key
            ),
        );
    }
}

/// Names that DSPy would refuse, or that are not supported yet.
pub(super) fn check_name(name: &str, place: &impl ToTokens, derive: Derive, faults: &mut Faults) {
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
