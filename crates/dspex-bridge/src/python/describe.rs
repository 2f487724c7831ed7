//! Signatures and modules as the worker package reads them.

use dspex_signature::{EnumType, Field, Fields, RecordType, Signature, Type, Value, fields};

use crate::call::CallErrorKind;

/// A signature: name, instructions, inputs and outputs.
///
/// # Errors
/// [`CallErrorKind::NotSupportedYet`] names a type that workers do not know.
pub(super) fn signature(signature: &Signature) -> Result<Fields, CallErrorKind> {
    Ok(fields! {
        "name" => signature.name(),
        "instructions" => signature.instructions(),
        "inputs" => all(signature.inputs())?,
        "outputs" => all(signature.outputs())?,
    })
}

fn all(fields: &[Field]) -> Result<Vec<Value>, CallErrorKind> {
    fields.iter().map(|field| Ok(Value::Map(describe_field(field)?))).collect()
}

fn describe_field(field: &Field) -> Result<Fields, CallErrorKind> {
    let constraint = |(name, bound): (&str, &Value)| (name.to_owned(), bound.clone());
    let constraints: Fields = field.constraints.iter().map(constraint).collect();
    let described = fields! {
        "name" => field.name.as_str(),
        "type" => describe_type(&field.ty)?,
        "desc" => field.desc.as_deref(),
        "constraints" => constraints,
    };
    Ok(match &field.default {
        Some(default) => described.with("default", default.clone()),
        None => described,
    })
}

fn describe_type(ty: &Type) -> Result<Fields, CallErrorKind> {
    let plain = |kind: &str| fields! { "kind" => kind };
    Ok(match ty {
        Type::Any => plain("any"),
        Type::Str => plain("str"),
        Type::Int => plain("int"),
        Type::Float => plain("float"),
        Type::Bool => plain("bool"),
        Type::List(item) => plain("list").with("item", describe_type(item)?),
        Type::Dict(key, value) => {
            plain("dict").with("key", describe_type(key)?).with("value", describe_type(value)?)
        }
        Type::Optional(inner) => plain("optional").with("inner", describe_type(inner)?),
        Type::Literal(members) => plain("literal").with("members", members.clone()),
        Type::Enum(class) => describe_enum(class),
        Type::Record(class) => describe_record(class)?,
        other => {
            let what = format!("a field of type `{other}` in Python");
            return Err(CallErrorKind::NotSupportedYet { what });
        }
    })
}

fn describe_enum(class: &EnumType) -> Fields {
    let member = |(name, value): &(String, Value)| {
        Value::List(vec![Value::from(name.as_str()), value.clone()])
    };
    fields! {
        "kind" => "enum",
        "name" => class.name.as_str(),
        "doc" => class.doc.as_deref(),
        "members" => class.members.iter().map(member).collect::<Vec<_>>(),
    }
}

fn describe_record(class: &RecordType) -> Result<Fields, CallErrorKind> {
    Ok(fields! {
        "kind" => "record",
        "name" => class.name.as_str(),
        "doc" => class.doc.as_deref(),
        "fields" => all(&class.fields)?,
    })
}
