//! Keywords that hold schemas of their own.

use super::fault::{Fault, Step};
use super::faults;
use super::keyword::{is_match, is_of};
use crate::{Fields, Value};

/// What the schemas of one keyword have against a value or its parts.
pub(super) fn faults_of(
    schema: &Fields,
    keyword: &str,
    limit: &Value,
    value: &Value,
) -> Vec<Fault> {
    match (keyword, limit, value) {
        ("properties", Value::Map(properties), Value::Map(fields)) => {
            let known = properties.iter().filter(|(name, _)| fields.contains(name));
            known.flat_map(|(name, schema)| named(schema, name, &fields[name])).collect()
        }
        ("patternProperties", Value::Map(patterns), Value::Map(fields)) => {
            let matched = patterns.iter().flat_map(|(pattern, schema)| {
                let fields = fields.iter().filter(move |(name, _)| is_match(pattern, name));
                fields.flat_map(move |(name, value)| named(schema, name, value))
            });
            matched.collect()
        }
        ("additionalProperties", Value::Map(_), Value::Map(fields)) => {
            let extras = fields.iter().filter(|(name, _)| is_additional(schema, name));
            extras.flat_map(|(name, value)| named(limit, name, value)).collect()
        }
        ("propertyNames", _, Value::Map(fields)) => {
            fields.names().flat_map(|name| faults(limit, &name.into())).collect()
        }
        ("items", Value::Map(_), Value::List(items)) => {
            let rest = items.iter().enumerate().skip(n_prefixed(schema));
            rest.flat_map(|(index, item)| at(limit, index, item)).collect()
        }
        ("prefixItems", Value::List(schemas), Value::List(items)) => {
            let pairs = schemas.iter().zip(items).enumerate();
            pairs.flat_map(|(index, (schema, item))| at(schema, index, item)).collect()
        }
        ("allOf", Value::List(schemas), _) => {
            schemas.iter().flat_map(|schema| faults(schema, value)).collect()
        }
        ("if", _, _) => {
            let branch = if faults(limit, value).is_empty() { "then" } else { "else" };
            schema.value(branch).map_or_else(Vec::new, |schema| faults(schema, value))
        }
        ("anyOf" | "oneOf", Value::List(schemas), _) => {
            let matches_type = schema.value("type").is_some_and(|types| is_of(types, value));
            let fault = of_several(schemas, value, keyword == "oneOf");
            fault.map(|fault| fault.in_schema(keyword, matches_type)).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// How many items have a schema each.
pub(super) fn n_prefixed(schema: &Fields) -> usize {
    schema.value("prefixItems").and_then(Value::as_list).map_or(0, <[Value]>::len)
}

/// Whether neither `properties` nor `patternProperties` knows the name.
pub(super) fn is_additional(schema: &Fields, name: &str) -> bool {
    let of = |keyword| schema.value(keyword).and_then(Value::as_map);
    !of("properties").is_some_and(|properties| properties.contains(name))
        && !of("patternProperties")
            .is_some_and(|patterns| patterns.names().any(|pattern| is_match(pattern, name)))
}

fn named(schema: &Value, name: &str, value: &Value) -> Vec<Fault> {
    let step = || Step::Name(name.to_owned());
    faults(schema, value).into_iter().map(|fault| fault.below(step())).collect()
}

fn at(schema: &Value, index: usize, item: &Value) -> Vec<Fault> {
    faults(schema, item).into_iter().map(|fault| fault.below(Step::Index(index))).collect()
}

/// A value of which one schema has to hold, or exactly one.
fn of_several(schemas: &[Value], value: &Value, is_one: bool) -> Option<Fault> {
    let mut context = Vec::new();
    for (position, schema) in schemas.iter().enumerate() {
        let found = faults(schema, value);
        if !found.is_empty() {
            context.extend(found);
            continue;
        }
        let others = schemas[position + 1..].iter().filter(|_| is_one);
        let mut valid: Vec<&Value> =
            others.filter(|schema| faults(schema, value).is_empty()).collect();
        if valid.is_empty() {
            return None;
        }
        valid.push(schema);
        let valid: Vec<_> = valid.into_iter().map(Value::python_repr).collect();
        let (value, valid) = (value.python_repr(), valid.join(", "));
        return Some(Fault::new(format!("{value} is valid under each of {valid}")));
    }
    let value = value.python_repr();
    let message = format!("{value} is not valid under any of the given schemas");
    Some(Fault::new(message).with_context(context))
}
