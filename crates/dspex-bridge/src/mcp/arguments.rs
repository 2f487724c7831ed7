//! The input schema of a server's tool, as the arguments that `dspy.Tool` makes of it.

use dspex_signature::{Coerced, Fields, ToolError, Type, Value, validate};

/// How deep a schema may nest once its references are followed.
const MAX_DEPTH: usize = 128;
/// How many values a schema may hold then; a small one can be written that grows without end.
const MAX_VALUES: usize = 100_000;

const DEFS: &str = "$defs";
const REF: &str = "$ref";

/// The schema of each argument by its name, with a definition in place of each reference to it.
///
/// A schema that is `true`, and one with several types, are taken as they stand; DSPy fails at both.
///
/// # Errors
/// What cannot be taken, and where.
pub(super) fn schemas(input: &Fields) -> Result<Fields, String> {
    let properties = match input.value("properties") {
        None | Some(Value::Null) => return Ok(Fields::new()),
        Some(Value::Map(properties)) => properties,
        Some(other) => return Err(is_no_object("`properties`", other)),
    };
    let nothing = Fields::new();
    let defs = match input.value(DEFS) {
        None => &nothing,
        Some(Value::Map(defs)) => defs,
        Some(other) => return Err(is_no_object(&format!("`{DEFS}`"), other)),
    };
    let argument = |(name, schema): (&str, &Value)| {
        let told = |why| format!("argument `{name}`: {why}");
        let schema = match schema {
            Value::Map(schema) => resolved(schema, defs).map_err(told)?.into(),
            Value::Bool(_) => schema.clone(),
            other => return Err(told(is_no_object("its schema", other))),
        };
        Ok((name.to_owned(), schema))
    };
    properties.iter().map(argument).collect()
}

fn is_no_object(what: &str, value: &Value) -> String {
    format!("{what} is of type `{}`, and should be an object", value.python_type())
}

/// A schema as DSPy resolves it: all of it, its definitions too, which it then leaves out.
fn resolved(schema: &Fields, defs: &Fields) -> Result<Fields, String> {
    if defs.is_empty() {
        return Ok(schema.clone());
    }
    // Definitions of its own stand in the place of the common ones.
    let own = match schema.value(DEFS) {
        Some(Value::Map(own)) => own,
        Some(other) => return Err(is_no_object(&format!("`{DEFS}`"), other)),
        None => defs,
    };
    let mut resolver = Resolver { defs: own, around: Vec::new(), n_values: 0 };
    // Where the whole is a reference, DSPy follows that alone.
    if !schema.contains(REF) {
        resolver.all(own)?;
    }
    match resolver.object(schema)? {
        Value::Map(mut schema) => {
            schema.remove(DEFS);
            Ok(schema)
        }
        other => Err(is_no_object("what its schema refers to", &other)),
    }
}

/// Follows references, with those that it is within.
struct Resolver<'a> {
    defs: &'a Fields,
    around: Vec<&'a str>,
    n_values: usize,
}

impl<'a> Resolver<'a> {
    fn value(&mut self, value: &'a Value, depth: usize) -> Result<Value, String> {
        self.n_values += 1;
        if depth > MAX_DEPTH || self.n_values > MAX_VALUES {
            return Err("grows too large where its references are followed".to_owned());
        }
        match value {
            Value::Map(fields) => self.fields(fields, depth),
            Value::List(items) => {
                let items = items.iter().map(|item| self.value(item, depth + 1));
                Ok(Value::List(items.collect::<Result<_, _>>()?))
            }
            other => Ok(other.clone()),
        }
    }

    fn object(&mut self, fields: &'a Fields) -> Result<Value, String> {
        self.fields(fields, 0)
    }

    fn all(&mut self, defs: &'a Fields) -> Result<(), String> {
        defs.iter().try_for_each(|(_, definition)| self.value(definition, 0).map(drop))
    }

    fn fields(&mut self, fields: &'a Fields, depth: usize) -> Result<Value, String> {
        let Some(reference) = fields.value(REF) else {
            let fields = fields.iter();
            let fields =
                fields.map(|(name, value)| Ok((name.to_owned(), self.value(value, depth + 1)?)));
            return Ok(Value::Map(fields.collect::<Result<_, String>>()?));
        };
        let Some(path) = reference.as_str() else {
            let ty = reference.python_type();
            return Err(format!("`{REF}` is of type `{ty}`, and should be a string"));
        };
        let name = path.rsplit('/').next().unwrap_or_default();
        let known = self.defs.iter().find(|(known, _)| *known == name);
        let (name, definition) =
            known.ok_or_else(|| format!("refers to `{path}`, which is not there"))?;
        if self.around.contains(&name) {
            return Err(format!("refers to `{path}`, which holds itself"));
        }
        self.around.push(name);
        let definition = self.value(definition, depth + 1)?;
        self.around.pop();
        Ok(definition)
    }
}

/// The arguments as DSPy sends them: pydantic makes `2` of `2.0` for an integer, and the other way
/// round for a number.
///
/// # Errors
/// [`ToolError`] for a number that pydantic refuses.
pub(super) fn converted(schemas: &Fields, arguments: Fields) -> Result<Fields, ToolError> {
    let convert = |(name, value): (String, Value)| {
        let schema = schemas.value(&name).and_then(Value::as_map);
        let ty = match schema.and_then(|schema| schema.value("type")).and_then(Value::as_str) {
            Some("integer") => Type::Int,
            Some("number") => Type::Float,
            _ => return Ok((name, value)),
        };
        match validate(&ty, value) {
            Coerced::Exact(value) => Ok((name, value)),
            Coerced::Fails(faults) => {
                let faults = faults.into_iter().map(|fault| fault.in_field(&name).to_string());
                Err(ToolError::new(faults.collect::<Vec<_>>().join("; ")))
            }
            Coerced::Unsure(unsure) => Err(ToolError::new(format!("`{name}`: {unsure}"))),
        }
    };
    arguments.into_iter().map(convert).collect()
}

#[cfg(test)]
mod tests {
    use dspex_signature::fields;

    use super::*;

    fn of(json: &str) -> Result<Fields, String> {
        let Ok(Value::Map(input)) = Value::from_json(json) else { panic!("{json}") };
        schemas(&input)
    }

    #[track_caller]
    fn check(json: &str, expected: &str) {
        let told = match of(json) {
            Ok(schemas) => Value::Map(schemas).python_repr(),
            Err(why) => why,
        };
        assert_eq!(told, expected, "{json}");
    }

    #[test]
    fn what_cannot_be_taken_is_told() {
        check(r#"{"properties": [1]}"#, "`properties` is of type `list`, and should be an object");
        check(
            r#"{"properties": {"a": {}}, "$defs": null}"#,
            "`$defs` is of type `NoneType`, and should be an object",
        );
        check(
            r#"{"properties": {"a": 1}}"#,
            "argument `a`: its schema is of type `int`, and should be an object",
        );
        check(
            r##"{"properties": {"a": {"$ref": "#/$defs/Y"}}, "$defs": {"X": {}}}"##,
            "argument `a`: refers to `#/$defs/Y`, which is not there",
        );
        check(
            r##"{"properties": {"a": {}}, "$defs": {"X": {"items": {"$ref": "#/$defs/X"}}}}"##,
            "argument `a`: refers to `#/$defs/X`, which holds itself",
        );
        check(
            r#"{"properties": {"a": {"properties": {"$ref": {}}}}, "$defs": {"X": {}}}"#,
            "argument `a`: `$ref` is of type `dict`, and should be a string",
        );
        check(
            r##"{"properties": {"a": {"$ref": "#/$defs/X"}}, "$defs": {"X": true}}"##,
            "argument `a`: what its schema refers to is of type `bool`, and should be an object",
        );
    }

    #[test]
    fn what_dspy_fails_at_is_taken_as_it_stands() {
        check(
            r#"{"properties": {"a": {"type": ["string", "null"]}, "b": true}}"#,
            "{'a': {'type': ['string', 'null']}, 'b': True}",
        );
    }

    #[test]
    fn a_schema_that_would_grow_without_end_is_refused() {
        let link = |n: u32| {
            let next = format!(r##"{{"$ref": "#/$defs/d{}"}}"##, n + 1);
            format!(r#""d{n}": {{"anyOf": [{next}, {next}]}}"#)
        };
        let defs: Vec<String> = (0..30).map(link).collect();
        let json = format!(
            r##"{{"properties": {{"a": {{"$ref": "#/$defs/d0"}}}}, "$defs": {{{}, "d30": {{}}}}}}"##,
            defs.join(", ")
        );
        check(&json, "argument `a`: grows too large where its references are followed");
    }

    #[test]
    fn numbers_are_sent_as_pydantic_makes_them() {
        let schemas =
            of(r#"{"properties": {"i": {"type": "integer"}, "n": {"type": "number"}}}"#).unwrap();
        let sent = converted(&schemas, fields! { "i" => 2.0, "n" => 1, "z" => 3 }).unwrap();
        assert_eq!(sent, fields! { "i" => 2, "n" => 1.0, "z" => 3 });
        let error = converted(&schemas, fields! { "i" => 2.5 }).unwrap_err();
        assert!(error.to_string().starts_with("`i` "), "{error}");
    }
}
