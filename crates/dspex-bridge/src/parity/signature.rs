//! Signatures of the corpus: DSPy's notation, a table of types, options and operations.

use std::sync::Arc;

use dspex_signature::{
    Constraints, EnumMixin, EnumType, Field, RecordKind, RecordType, Side, Signature,
    SignatureError, Type, TypeTable,
};
use serde_json::{Map, Value as Json};

use super::value;

/// Why a case's signature cannot be built.
#[derive(Debug)]
pub(super) enum Fault {
    /// DSPy should refuse it too.
    Refused(String),
    /// dspex does not have this yet.
    Declined(String),
}

impl From<SignatureError> for Fault {
    fn from(error: SignatureError) -> Self {
        let first = || error.faults().iter().map(|fault| generic(&fault.message)).next();
        match error.is_unsupported() {
            true => Self::Declined(first().unwrap_or_default()),
            false => Self::Refused(error.to_string()),
        }
    }
}

/// Builds a case's signature; the table holds its types for tagged values.
pub(super) fn build(json: &Json) -> Result<(Signature, TypeTable), Fault> {
    let types = type_table(json.get("types").and_then(Json::as_object))?;
    let mut signature = Signature::parse_with(text(json, "spec"), &types)?;
    if let Some(instructions) = json.get("instructions").and_then(Json::as_str) {
        signature = signature.with_instructions(instructions);
    }
    for (name, desc) in entries(json, "descs") {
        let desc = desc.as_str().unwrap_or_default();
        signature = signature.with_updated_field(name, |field| field.with_desc(desc))?;
    }
    for (name, options) in entries(json, "field_options") {
        signature = declare_again(signature, name, options, &types)?;
    }
    for operation in json.get("ops").and_then(Json::as_array).into_iter().flatten() {
        signature = apply(signature, operation, &types)?;
    }
    Ok((signature, types))
}

fn apply(signature: Signature, operation: &Json, types: &TypeTable) -> Result<Signature, Fault> {
    let name = text(operation, "name");
    let side = if text(operation, "io") == "input" { Side::Input } else { Side::Output };
    let field = || -> Result<Field, Fault> {
        let ty = operation.get("type").and_then(Json::as_str).unwrap_or("str");
        let field = Field::new(name, Type::parse_with(ty, types)?);
        let desc = operation.get("desc").and_then(Json::as_str);
        Ok(desc.map_or(field.clone(), |desc| field.with_desc(desc)))
    };
    Ok(match text(operation, "op") {
        "append" => signature.append(side, field()?)?,
        "prepend" => signature.prepend(side, field()?)?,
        "insert" => {
            let index = operation.get("index").and_then(Json::as_i64).unwrap_or_default();
            signature.insert(side, isize::try_from(index).unwrap_or(isize::MAX), field()?)?
        }
        "delete" => signature.delete(name),
        "with_instructions" => signature.with_instructions(text(operation, "text")),
        "append_instructions" => signature.append_instructions(text(operation, "text")),
        "with_updated_fields" => update(signature, name, operation, types)?,
        other => return Err(Fault::Declined(format!("the operation `{other}` is not known"))),
    })
}

/// `with_updated_fields`: a type and texts; all else that DSPy keeps there changes nothing.
fn update(
    signature: Signature,
    name: &str,
    options: &Json,
    types: &TypeTable,
) -> Result<Signature, Fault> {
    let mut field = declared(&signature, name)?;
    for (key, option) in options.as_object().into_iter().flatten() {
        match key.as_str() {
            "type" => field.ty = Type::parse_with(option.as_str().unwrap_or_default(), types)?,
            "desc" => field.desc = Some(option_text(key, option)?),
            "prefix" => field.prefix = Some(option_text(key, option)?),
            "constraints" | "__dspy_field_type" => {
                return Err(Fault::Declined(format!("the option `{key}` is not native yet")));
            }
            _ => {}
        }
    }
    Ok(signature.with_updated_field(name, |_| field)?)
}

fn declared(signature: &Signature, name: &str) -> Result<Field, Fault> {
    let field = signature.fields().find(|field| field.name == name);
    field.cloned().ok_or_else(|| Fault::Refused(format!("no field `{name}`")))
}

/// A text; DSPy keeps whatever it is given, and prints it.
fn option_text(key: &str, option: &Json) -> Result<String, Fault> {
    let text = option.as_str().map(str::to_owned);
    text.ok_or_else(|| Fault::Declined(format!("a `{key}` that is no text is not native yet")))
}

/// Declares a field of the notation once more, with the keys of `options`.
fn declare_again(
    signature: Signature,
    name: &str,
    options: &Json,
    types: &TypeTable,
) -> Result<Signature, Fault> {
    let mut field = declared(&signature, name)?;
    let mut constraints = Constraints::default();
    for (key, option) in options.as_object().into_iter().flatten() {
        match key.as_str() {
            "desc" => field.desc = Some(option_text(key, option)?),
            "prefix" => field.prefix = Some(option_text(key, option)?),
            "default" => {
                field.default = Some(value::plain(option, types).map_err(Fault::Declined)?);
            }
            key if Constraints::NAMES.contains(&key) => {
                constraints.push(key, value::plain(option, types).map_err(Fault::Declined)?);
            }
            other => return Err(Fault::Declined(format!("the option `{other}` is not known"))),
        }
    }
    field.constraints = constraints;
    Ok(signature.with_updated_field(name, |_| field)?)
}

/// The types a case brings, each built from those above it.
fn type_table(types: Option<&Map<String, Json>>) -> Result<TypeTable, Fault> {
    let mut table = TypeTable::new();
    for (name, json) in types.into_iter().flatten() {
        let ty = match text(json, "kind") {
            "model" => record(name, json, RecordKind::Model, &table)?,
            "typeddict" => record(name, json, RecordKind::TypedDict, &table)?,
            "enum" => enumeration(name, json, &table)?,
            other => {
                return Err(Fault::Declined(format!("type of kind `{other}` is not native yet")));
            }
        };
        table.insert(name, ty);
    }
    Ok(table)
}

/// A model or a `TypedDict`. Its fields may name dates and decimals without their modules, and its
/// own name in quotes.
fn record(name: &str, json: &Json, kind: RecordKind, types: &TypeTable) -> Result<Type, Fault> {
    let types = &types
        .clone()
        .with("date", Type::Date)
        .with("datetime", Type::DateTime)
        .with("Decimal", Type::Decimal)
        .with(name, Type::Enclosing(name.to_owned()));
    let mut fields = Vec::new();
    for declared in json.get("fields").and_then(Json::as_array).into_iter().flatten() {
        let source = text(declared, "type").replace(&format!("'{name}'"), name);
        let ty = match source.as_str() {
            // As the type of a whole field of a signature, `None` is text to DSPy.
            "None" => Type::None,
            source => Type::parse_with(source, types)?,
        };
        let mut field = Field::new(text(declared, "name"), ty);
        for (key, option) in declared.as_object().into_iter().flatten() {
            match key.as_str() {
                "name" | "type" => {}
                "desc" => field.desc = option.as_str().map(str::to_owned),
                "default" => {
                    field.default = Some(value::plain(option, types).map_err(Fault::Declined)?);
                }
                key if Constraints::NAMES.contains(&key) => {
                    let bound = value::plain(option, types).map_err(Fault::Declined)?;
                    field.constraints.push(key, bound);
                }
                other => {
                    return Err(Fault::Declined(format!("the option `{other}` is not known")));
                }
            }
        }
        fields.push(field);
    }
    let doc = json.get("doc").and_then(Json::as_str).map(str::to_owned);
    Ok(Type::Record(Arc::new(RecordType::new(name, fields).with_doc(doc).with_kind(kind))))
}

fn enumeration(name: &str, json: &Json, types: &TypeTable) -> Result<Type, Fault> {
    let mut members = Vec::new();
    for member in json.get("values").and_then(Json::as_array).into_iter().flatten() {
        let (name, member) = match member.as_array().map(Vec::as_slice) {
            Some([name, member]) => (name.as_str().unwrap_or_default().to_owned(), member),
            // The corpus gives such members their value as their name.
            _ => (member.as_str().unwrap_or_default().to_owned(), member),
        };
        members.push((name, value::plain(member, types).map_err(Fault::Declined)?));
    }
    let class = EnumType::new(name, members);
    Ok(Type::Enum(Arc::new(match text(json, "mixin") {
        "str" => class.with_mixin(EnumMixin::Str),
        "int" => class.with_mixin(EnumMixin::Int),
        _ => class,
    })))
}

/// A fault without what is particular to one case, so that reasons can be counted.
fn generic(message: &str) -> String {
    match message.split_once("` ") {
        Some((field, rest)) if field.contains("field `") => format!("a field {rest}"),
        _ => message.to_owned(),
    }
}

fn text<'a>(json: &'a Json, key: &str) -> &'a str {
    json.get(key).and_then(Json::as_str).unwrap_or_default()
}

fn entries<'a>(json: &'a Json, key: &str) -> impl Iterator<Item = (&'a String, &'a Json)> {
    json.get(key).and_then(Json::as_object).into_iter().flatten()
}
