//! Validate: from what the user wrote to a definition that `expand` can trust.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Data, DataEnum, Expr, ExprLit, ExprUnary, Fields, Lit, LitStr, Path, Type, UnOp};

use crate::fault::Faults;
use crate::parse::{self, Attributes, Entry, Item, Setting};

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
    /// An input struct for `Signature`, and the type of its output.
    Signature(Vec<FieldDefinition>, Type),
}

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

/// One variant of a unit enum.
pub(crate) struct Member {
    pub(crate) variant: Ident,
    /// The member's value; its name is the variant's.
    pub(crate) value: String,
}

/// Attributes of a field that work, and those that are planned.
const FIELD: [&str; 10] =
    ["desc", "default", "rename", "ge", "gt", "le", "lt", "min_length", "max_length", "pattern"];
const FIELD_LATER: [&str; 5] = ["alias", "from", "multiple_of", "serde", "text"];
const VARIANT: [&str; 1] = ["rename"];
const VARIANT_LATER: [&str; 1] = ["alias"];
const ENUM_LATER: [&str; 1] = ["tag"];

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
    for entry in &item.attributes.field {
        match matches!(&item.input.data, Data::Enum(_)) && ENUM_LATER.iter().any(|a| entry.key == a)
        {
            true => later(entry, &mut faults),
            false => faults.at(entry, "`#[field(..)]` describes a field; put it on one"),
        }
    }
    let output = output(&item, derive, &mut faults);
    let kind = match (item.input.data, derive) {
        (Data::Struct(data), derive) => {
            let fields = record(data.fields, &item.input.ident, &mut faults);
            match derive {
                Derive::FieldType => Some(Kind::Record(fields)),
                Derive::Signature => output.map(|output| Kind::Signature(fields, output)),
            }
        }
        (Data::Enum(data), Derive::FieldType) => {
            Some(Kind::Enum(members(&data, &item.input.ident, &mut faults)))
        }
        (Data::Enum(data), Derive::Signature) => {
            faults.at(data.enum_token, "a signature is a struct; its fields are the inputs");
            None
        }
        (Data::Union(data), _) => {
            faults.at(data.union_token, "a union cannot stand in a field; use a struct or an enum");
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
             are owned\nuse `String` for `&str` and `Vec` for slices",
        );
    } else if !generics.params.is_empty() {
        faults.at(
            &generics.params,
            "generics are not supported: each signature is built once and kept for the whole \
             program\nwrite one struct per type",
        );
    }
}

fn output(item: &Item, derive: Derive, faults: &mut Faults) -> Option<Type> {
    let mut output: Option<(&Entry, &Type)> = None;
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
            _ => faults.unknown(&entry.key, "attribute", &["output"]),
        }
    }
    if output.is_none() && derive == Derive::Signature {
        faults.at(
            &item.input.ident,
            "the output is missing\nname the struct that holds it: `#[signature(output = Answer)]`",
        );
    }
    output.map(|(_, ty)| ty.clone())
}

fn record(fields: Fields, ident: &Ident, faults: &mut Faults) -> Vec<FieldDefinition> {
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
        let definition = field_definition(member, field.ty, attributes, faults);
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

fn field_definition(
    member: Ident,
    ty: Type,
    attributes: Attributes,
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
                    check_name(&name.value(), &name, faults);
                    definition.name = name.value();
                }
            }
            "ge" | "gt" | "le" | "lt" => push(&mut definition, entry, number(entry, faults)),
            "min_length" | "max_length" => push(&mut definition, entry, length(entry, faults)),
            "pattern" => {
                let pattern = text(entry, faults).map(|text| Bound::Text(text.value()));
                push(&mut definition, entry, pattern);
            }
            later_name if FIELD_LATER.contains(&later_name) => later(entry, faults),
            _ => faults.unknown(&entry.key, "attribute", &FIELD),
        }
    }
    if !renamed {
        check_name(&definition.name, &definition.member, faults);
    }
    check_bounds(&definition.constraints, &attributes.field, faults);
    definition
}

fn push(definition: &mut FieldDefinition, entry: &Entry, bound: Option<Bound>) {
    if let Some(bound) = bound {
        definition.constraints.push(Constraint { key: entry.key.clone(), bound });
    }
}

/// The entries, each key once.
fn once<'a>(entries: &'a [Entry], faults: &mut Faults) -> Vec<&'a Entry> {
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

/// Names that Python would refuse as fields of a signature.
fn check_name(name: &str, place: &impl ToTokens, faults: &mut Faults) {
    if name.starts_with('_') {
        faults.at(
            place,
            format!(
                "a field cannot be named `{name}`: Python keeps leading underscores for private \
                 names\nuse `#[field(rename = \"{}\")]` or another name",
                name.trim_start_matches('_')
            ),
        );
    } else if !name.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
        || !name.starts_with(char::is_alphabetic)
    {
        faults.at(
            place,
            format!("`{name}` is not a field name; it may hold letters, digits and `_`"),
        );
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
    let empty: [(&str, &str, fn(f64, f64) -> bool); 5] = [
        ("ge", "le", |low, high| low > high),
        ("ge", "lt", |low, high| low >= high),
        ("gt", "le", |low, high| low >= high),
        ("gt", "lt", |low, high| low >= high),
        ("min_length", "max_length", |low, high| low > high),
    ];
    for (low_key, high_key, excludes) in empty {
        if let (Some((low, first)), Some((high, second))) = (find(low_key), find(high_key))
            && excludes(low, high)
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

fn members(data: &DataEnum, ident: &Ident, faults: &mut Faults) -> Vec<Member> {
    if data.variants.is_empty() {
        faults.at(ident, "an enum needs a variant for the model to choose");
    }
    let mut members: Vec<Member> = Vec::new();
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            faults.at(
                &variant.fields,
                "enums with data are not supported yet\nmake every variant a bare name, or use a \
                 struct with an `Option` per case",
            );
        }
        let attributes = parse::attributes(&variant.attrs, faults);
        refuse_misplaced(&attributes, faults);
        let mut value = variant.ident.unraw().to_string();
        for entry in once(&attributes.field, faults) {
            if entry.key == "rename" {
                if let Some(text) = text(entry, faults) {
                    value = text.value();
                }
            } else if VARIANT_LATER.iter().any(|later| entry.key == later) {
                later(entry, faults);
            } else {
                faults.unknown(&entry.key, "attribute of a variant", &VARIANT);
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

fn later(entry: &Entry, faults: &mut Faults) {
    faults.at(&entry.key, format!("`{}` is not supported yet", entry.key));
}

fn default(entry: &Entry) -> Default {
    match &entry.value {
        Some(Setting::Expr(expr)) => Default::Expr(Box::new(expr.clone())),
        _ => Default::OfType(entry.key.span()),
    }
}

/// The literal after `=`, and whether a minus stands before it.
fn literal(entry: &Entry) -> Option<(bool, &Lit)> {
    match &entry.value {
        Some(Setting::Expr(Expr::Lit(ExprLit { lit, .. }))) => Some((false, lit)),
        Some(Setting::Expr(Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }))) => match &**expr
        {
            Expr::Lit(ExprLit { lit, .. }) => Some((true, lit)),
            _ => None,
        },
        _ => None,
    }
}

fn text(entry: &Entry, faults: &mut Faults) -> Option<LitStr> {
    match literal(entry) {
        Some((false, Lit::Str(text))) => Some(text.clone()),
        _ => {
            let key = &entry.key;
            faults.at(value(entry), format!("`{key}` takes a text, as in `{key} = \"..\"`"));
            None
        }
    }
}

fn number(entry: &Entry, faults: &mut Faults) -> Option<Bound> {
    let bound = match literal(entry) {
        Some((negative, Lit::Int(int))) => int
            .base10_parse::<i128>()
            .ok()
            .and_then(|int| i64::try_from(if negative { -int } else { int }).ok())
            .map(Bound::Int),
        Some((negative, Lit::Float(float))) => float
            .base10_parse::<f64>()
            .ok()
            .filter(|float| float.is_finite())
            .map(|float| Bound::Float(if negative { -float } else { float })),
        _ => None,
    };
    if bound.is_none() {
        let key = &entry.key;
        faults.at(value(entry), format!("`{key}` takes a number, as in `{key} = 0`"));
    }
    bound
}

fn length(entry: &Entry, faults: &mut Faults) -> Option<Bound> {
    let length = match literal(entry) {
        Some((false, Lit::Int(int))) => int.base10_parse::<u32>().ok(),
        _ => None,
    };
    if length.is_none() {
        let key = &entry.key;
        faults.at(value(entry), format!("`{key}` takes a whole number, as in `{key} = 1`"));
    }
    length.map(|length| Bound::Int(length.into()))
}

/// What to underline when the value is wrong: the value, or the key where there is none.
fn value(entry: &Entry) -> TokenStream {
    match &entry.value {
        Some(Setting::Expr(expr)) => expr.to_token_stream(),
        _ => entry.key.to_token_stream(),
    }
}
