//! The form of answer that DSPy's `JSONAdapter` asks a model for, as far as the model knows forms.
//!
//! Source of the rules and of the schema's name: `dspy/adapters/json_adapter.py` of DSPy 3.4.1.

mod strict;

use std::sync::Arc;

use dspex_signature::{
    Collection, Field, Fields, RecordType, Signature, Type, Unsure, Value, declared_schema,
};

use crate::llm::{LmCapabilities, ResponseFormat};

/// What DSPy calls the outputs of a signature as one class.
const OUTPUTS: &str = "DSPyProgramOutputs";

/// The form to ask for: none of a model that knows none, a schema of one that can be held to it,
/// any JSON object otherwise, and where an output is a `dict[...]`, whose keys no schema names.
pub(super) fn response_format(
    signature: &Signature,
    can: LmCapabilities,
) -> Result<Option<ResponseFormat>, Unsure> {
    if !can.response_format {
        return Ok(None);
    }
    let is_open = |field: &Field| matches!(field.ty, Type::Dict(..));
    if !can.schema || signature.outputs().iter().any(is_open) {
        return Ok(Some(ResponseFormat::JsonObject));
    }
    let schema = outputs_schema(signature)?;
    Ok(Some(ResponseFormat::JsonSchema { name: OUTPUTS.to_owned(), schema }))
}

/// The outputs as one object that has each of them and nothing else.
fn outputs_schema(signature: &Signature) -> Result<Value, Unsure> {
    if let Some(field) = signature.outputs().iter().find(|field| field.ty.holds(&is_lazy)) {
        let reason = format!("DSPy makes no response format for `{}`, an `Iterable`", field.name);
        return Err(Unsure { reason });
    }
    // DSPy declares them anew, by their types and defaults only.
    let declared = |field: &Field| {
        let plain = Field::new(field.name.clone(), field.ty.clone());
        match &field.default {
            Some(default) => plain.with_default(default.clone()),
            None => plain,
        }
    };
    let outputs = signature.outputs().iter().map(declared).collect();
    let schema = declared_schema(&Type::Record(Arc::new(RecordType::new(OUTPUTS, outputs))))?;
    let Value::Map(schema) = schema else { unreachable!("a record's schema is a map") };
    // The class itself is closed in Python too, where its schema stands by the alphabet.
    let is_closed = ("additionalProperties".to_owned(), Value::from(false));
    let mut schema: Vec<_> = schema.into_iter().chain([is_closed]).collect();
    schema.sort_by(|(one, _), (other, _)| one.cmp(other));
    let closed = close(Value::Map(schema.into_iter().collect()));
    strict::schema(&closed)
}

/// Whether pydantic takes the items one by one, of which DSPy makes no response format.
fn is_lazy(ty: &Type) -> bool {
    matches!(ty, Type::Collection(Collection::Iterable, _))
}

/// Has an object, and those that stand in it without a union between, name all that they hold.
fn close(schema: Value) -> Value {
    let Value::Map(schema) = schema else { return schema };
    let kind = schema.value("type").and_then(Value::as_str);
    let (is_object, is_array) = (kind == Some("object"), kind == Some("array"));
    let mut closed: Fields = schema
        .into_iter()
        .map(|(name, schema)| {
            let schema = match name.as_str() {
                "properties" if is_object => close_each(schema),
                "items" if is_array => close(schema),
                "$defs" => close_each(schema),
                _ => schema,
            };
            (name, schema)
        })
        .collect();
    if is_object {
        let names: Vec<String> = match closed.value("properties") {
            Some(Value::Map(properties)) => properties.names().map(ToOwned::to_owned).collect(),
            _ => Vec::new(),
        };
        if names.is_empty() {
            closed.insert("properties", Fields::new());
        }
        closed.insert("required", names);
        closed.insert("additionalProperties", false);
    }
    Value::Map(closed)
}

fn close_each(schemas: Value) -> Value {
    match schemas {
        Value::Map(schemas) => {
            Value::Map(schemas.into_iter().map(|(name, schema)| (name, close(schema))).collect())
        }
        other => other,
    }
}
