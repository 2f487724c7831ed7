//! References between schemas: which classes are needed, and which of them is written in place.

use std::collections::BTreeMap;

use crate::{Fields, Value};

/// The schema with those of the classes under `$defs` that it refers to, directly or not.
///
/// A schema that is a reference to a class, and the only one to it, becomes the class itself.
pub(super) fn with_definitions(
    mut schema: Fields,
    classes: &mut BTreeMap<String, Fields>,
) -> Fields {
    let mut counts = BTreeMap::new();
    count(&schema, classes, &mut counts);
    if let Some(key) = referred(&schema).map(str::to_owned)
        && schema.len() == 1
        && counts.get(&key) == Some(&1)
        && let Some(class) = classes.remove(&key)
    {
        schema = class;
    }
    classes.retain(|key, _| counts.contains_key(key));
    if !classes.is_empty() {
        let definitions: Fields = std::mem::take(classes).into_iter().collect();
        schema.insert("$defs", definitions);
    }
    schema
}

/// The key under `$defs` that a schema refers to.
pub(super) fn referred(schema: &Fields) -> Option<&str> {
    schema.value("$ref")?.as_str()?.strip_prefix("#/$defs/")
}

/// Counts the references in a schema, and in each class that it reaches, once.
fn count(
    schema: &Fields,
    classes: &BTreeMap<String, Fields>,
    counts: &mut BTreeMap<String, usize>,
) {
    if let Some(key) = referred(schema) {
        let known = counts.entry(key.to_owned()).or_default();
        *known += 1;
        if *known == 1
            && let Some(class) = classes.get(key)
        {
            count(class, classes, counts);
        }
    }
    for (_, value) in schema.iter() {
        count_in(value, classes, counts);
    }
}

fn count_in(
    value: &Value,
    classes: &BTreeMap<String, Fields>,
    counts: &mut BTreeMap<String, usize>,
) {
    match value {
        Value::Map(fields) => count(fields, classes, counts),
        Value::List(items) => items.iter().for_each(|item| count_in(item, classes, counts)),
        _ => {}
    }
}
