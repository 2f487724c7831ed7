//! Text and loose values into the values of a type: DSPy's `parse_value` over pydantic's lax mode.
//!
//! DSPy reads a completion's text with `json_repair`, then `ast.literal_eval`, then as it stands,
//! and lets pydantic convert what came out. Here strict JSON, plain Python literals and text that
//! can be neither are decided; what only the repairs could settle is [`Coerced::Unsure`].

mod candidate;
mod compare;
mod lax;
mod scalar;

#[cfg(test)]
mod tests;

pub(crate) use compare::{equal, members};

use crate::{EnumType, Type, Unsure, Value, ValueError};

/// What a text or a value came to under a type.
#[derive(Clone, Debug, PartialEq)]
pub enum Coerced {
    /// DSPy would give exactly this value.
    Exact(Value),
    /// DSPy would refuse it: everything that is wrong, each with its place.
    Fails(Vec<ValueError>),
    /// Only DSPy itself can tell.
    Unsure(Unsure),
}

/// Reads a field's text as the adapters do.
///
/// ```
/// use dspex_signature::{Coerced, Type, Value, coerce};
///
/// assert_eq!(coerce(&Type::Int, "3.0"), Coerced::Exact(Value::Int(3)));
/// assert_eq!(coerce(&Type::list(Type::Int), "1, 2"), Coerced::Exact(vec![1, 2].into()));
/// assert!(matches!(coerce(&Type::Int, "three"), Coerced::Fails(_)));
/// assert!(matches!(coerce(&Type::list(Type::Int), "[1, 2,]"), Coerced::Unsure(_)));
/// ```
#[must_use]
pub fn coerce(ty: &Type, text: &str) -> Coerced {
    match ty {
        Type::Str => Coerced::Exact(text.into()),
        Type::Optional(inner) if **inner == Type::Str => Coerced::Exact(text.into()),
        Type::Enum(class) => match member(class, text) {
            Some(value) => Coerced::Exact(value.clone()),
            None => Coerced::Fails(vec![ValueError::new(class.name.as_str(), "another str")]),
        },
        Type::Literal(members) => literal(ty, members, text),
        _ => read(ty, text),
    }
}

/// Converts a value as pydantic does in lax mode: `"3"` and `3.0` are an `int`, `1` is a `bool`.
///
/// Records get their defaults and lose fields they do not have; constraints of their fields are
/// checked. An enum's value stands for its member.
#[must_use]
pub fn validate(ty: &Type, value: Value) -> Coerced {
    lax::validate(ty, value)
}

/// Reads a field of a JSON object as `JSONAdapter` does: text as [`coerce`], everything else by
/// its type.
pub(crate) fn coerce_json(ty: &Type, value: Value) -> Coerced {
    let unhashable = |value: &Value| matches!(value, Value::List(_) | Value::Map(_));
    match (ty, value) {
        (_, Value::Text(text)) => coerce(ty, &text),
        (Type::Str, value) => Coerced::Exact(value.python_str().into()),
        (Type::Enum(class), value) if unhashable(&value) => {
            let reason = format!("`{}`: a container is no name of a member", class.name);
            Coerced::Unsure(Unsure { reason })
        }
        (Type::Enum(class), value) => {
            match members(class).into_iter().find(|member| equal(member, &value)) {
                Some(member) => Coerced::Exact(member.clone()),
                None => {
                    let found = value.python_type();
                    Coerced::Fails(vec![ValueError::new(class.name.as_str(), found)])
                }
            }
        }
        // Python's `in`, after which DSPy keeps the value itself: `1.0` for `Literal[1]`.
        (Type::Literal(allowed), value) if allowed.iter().any(|one| equal(one, &value)) => {
            Coerced::Exact(value)
        }
        (_, value) => validate(ty, value),
    }
}

fn read(ty: &Type, text: &str) -> Coerced {
    match candidate::candidate(text) {
        Ok(value) => lax::validate(ty, value),
        Err(reason) => Coerced::Unsure(Unsure { reason: format!("`{ty}`: {reason}") }),
    }
}

/// The member with this value, or else with this name.
fn member<'a>(class: &'a EnumType, text: &str) -> Option<&'a Value> {
    let values = members(class);
    let by_value = values.iter().find(|value| value.as_str() == Some(text));
    let by_name = || {
        let (_, value) = class.members.iter().find(|(name, _)| name == text)?;
        values.iter().find(|member| equal(member, value))
    };
    by_value.or_else(by_name).copied()
}

/// A member as it stands, or within the wrappings that models put around it: quotes, `Literal[]`.
fn literal(ty: &Type, members: &[Value], text: &str) -> Coerced {
    let is_member = |text: &str| members.iter().any(|member| member.as_str() == Some(text));
    if is_member(text) {
        return Coerced::Exact(text.into());
    }
    let mut bare = crate::value::unicode::strip(text);
    if let Some(inner) = ["Literal[", "str["].iter().find_map(|start| bare.strip_prefix(start))
        && let Some(inner) = inner.strip_suffix(']')
    {
        bare = inner;
    }
    for quote in ['"', '\''] {
        if let Some(inner) = bare.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) {
            bare = inner;
            break;
        }
    }
    if is_member(bare) { Coerced::Exact(bare.into()) } else { read(ty, bare) }
}
