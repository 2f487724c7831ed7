//! Signatures and modules as the worker package reads them.

use dspex_signature::{
    Collection, EnumMixin, EnumType, Field, Fields, Mapping, RecordKind, RecordType, Signature,
    Type, Value, fields,
};

use super::wire::encode_value;
use crate::call::CallErrorKind;

/// A signature: name, instructions, inputs and outputs, encoded. Workers read it once, and know it by its
/// bytes from then on.
///
/// # Errors
/// [`CallErrorKind::NotSupportedYet`] names a type that workers do not know.
pub(super) fn signature(signature: &Signature) -> Result<Value, CallErrorKind> {
    let described = fields! {
        "name" => signature.name(),
        "instructions" => signature.instructions(),
        "inputs" => all(signature.inputs())?,
        "outputs" => all(signature.outputs())?,
    };
    let mut encoded = Vec::new();
    encode_value(&described.into(), &mut encoded).map_err(|error| {
        let what = format!("a signature in Python where {error}");
        CallErrorKind::NotSupportedYet { what }
    })?;
    Ok(Value::Bytes(encoded))
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
    let of_kind = |kind: &str| fields! { "kind" => kind };
    Ok(match ty {
        Type::List(item) | Type::Collection(_, item) if !is_tuple(ty) => generic(ty, &[item])?,
        Type::Collection(_, item) => of_kind("tuple_of").with("item", describe_type(item)?),
        Type::Mapping(Mapping::Counter, key, _) => generic(ty, &[key])?,
        Type::Dict(key, value) | Type::Mapping(_, key, value) => generic(ty, &[key, value])?,
        Type::Tuple(items) => of_kind("tuple").with("items", describe_types(items)?),
        Type::Optional(inner) => {
            let members = vec![describe_type(inner)?, describe_type(&Type::None)?];
            of_kind("union").with("members", members)
        }
        Type::Union(members) => of_kind("union").with("members", describe_types(members)?),
        Type::Literal(members) => of_kind("literal").with("members", members.clone()),
        Type::Enum(class) => describe_enum(class),
        Type::Record(class) => describe_record(class)?,
        Type::Enclosing(name) => of_kind("enclosing").with("name", name.as_str()),
        // What is left is a name that means the same in Python.
        named => of_kind("named").with("name", named.to_string()),
    })
}

fn is_tuple(ty: &Type) -> bool {
    matches!(ty, Type::Collection(Collection::Tuple, _))
}

/// A name with parameters, as a signature writes it.
fn generic(ty: &Type, parameters: &[&Type]) -> Result<Fields, CallErrorKind> {
    let written = ty.to_string();
    let name = written.split('[').next().unwrap_or_default();
    let parameters =
        parameters.iter().map(|ty| describe_type(ty)).collect::<Result<Vec<_>, _>>()?;
    Ok(fields! { "kind" => "generic", "name" => name, "parameters" => parameters })
}

fn describe_types(types: &[Type]) -> Result<Vec<Fields>, CallErrorKind> {
    types.iter().map(describe_type).collect()
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
        "mixin" => class.mixin.map(|mixin| match mixin {
            EnumMixin::Str => "str",
            EnumMixin::Int => "int",
            _ => "",
        }),
    }
}

fn describe_record(class: &RecordType) -> Result<Fields, CallErrorKind> {
    Ok(fields! {
        "kind" => match class.kind {
            RecordKind::TypedDict => "typed_dict",
            _ => "record",
        },
        "name" => class.name.as_str(),
        "doc" => class.doc.as_deref(),
        "fields" => all(&class.fields)?,
    })
}
