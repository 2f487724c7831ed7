//! Unions of schemas.

use crate::coerce::equal;
use crate::{Fields, Value};

/// The union of these schemas: unions among them in place, each schema once; one alone is itself.
pub(super) fn any_of(schemas: Vec<Fields>) -> Fields {
    let mut members: Vec<Value> = Vec::with_capacity(schemas.len());
    for schema in schemas {
        match schema.value("anyOf") {
            Some(Value::List(inner)) if schema.len() == 1 => {
                inner.iter().for_each(|member| add(&mut members, member.clone()));
            }
            _ => add(&mut members, Value::Map(schema)),
        }
    }
    match members.as_slice() {
        [Value::Map(only)] => only.clone(),
        _ => Fields::new().with("anyOf", Value::List(members)),
    }
}

/// Of schemas that Python holds for equal the last stays, in the place of the first, as in a dict.
fn add(members: &mut Vec<Value>, member: Value) {
    match members.iter_mut().find(|known| equal(known, &member)) {
        Some(known) => *known = member,
        None => members.push(member),
    }
}
