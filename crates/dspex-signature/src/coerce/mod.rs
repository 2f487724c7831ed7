//! Text and loose values into the values of a type: DSPy's `parse_value` over pydantic's lax mode.
//!
//! DSPy reads a completion's text with `json_repair`, then `ast.literal_eval`, then as it stands,
//! and lets pydantic convert what came out. The text is read in `candidate`, the value converted
//! in `lax`; what either cannot settle is [`Coerced::Unsure`].

mod candidate;
pub(crate) mod compare;
mod lax;

#[cfg(test)]
mod tests;

pub(crate) use compare::{equal, members};

use crate::{EnumType, Type, Unsure, Value, ValueError};

/// What becomes of a value that only DSPy itself can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doubts {
    /// It is [`Coerced::Unsure`].
    Told,
    /// It is taken for the most likely one where there is one, so that [`Coerced::Exact`] is not to be
    /// taken at its word.
    Ignored,
}

/// What a text or a value came to under a type.
#[derive(Clone, Debug, PartialEq)]
pub enum Coerced {
    /// DSPy would give exactly this value.
    Exact(Value),
    /// DSPy would refuse it: everything that is wrong, each with its place; a union is one fault.
    Fails(Vec<ValueError>),
    /// Only DSPy itself can tell.
    Unsure(Unsure),
}

/// The microseconds of a duration's text; `None` where there are too many.
#[cfg(any(feature = "chrono", feature = "jiff"))]
pub(crate) fn microseconds(text: &str) -> Option<i64> {
    lax::time::Duration::parse(text.as_bytes())?.microseconds()
}

/// Reads a field's text as the adapters do: DSPy's `parse_value`.
///
/// | type | the text is |
/// |---|---|
/// | `str` | taken as it is |
/// | an enumeration | a member's value, or else its name |
/// | `Literal[...]` | a member, also within quotes or `Literal[]`; otherwise read as below |
/// | a union with `str` and `None` | taken as it is |
/// | anything else | read as JSON, as a Python literal or as it stands, then as in [`validate`] |
///
/// ```
/// use dspex_signature::{Coerced, Type, Value, coerce};
///
/// assert_eq!(coerce(&Type::Int, "3.0"), Coerced::Exact(Value::Int(3)));
/// assert_eq!(coerce(&Type::list(Type::Int), "1, 2"), Coerced::Exact(vec![1, 2].into()));
/// assert!(matches!(coerce(&Type::Int, "three"), Coerced::Fails(_)));
/// assert_eq!(coerce(&Type::list(Type::Int), "[1, 2,"), Coerced::Exact(vec![1, 2].into()));
/// ```
#[must_use]
pub fn coerce(ty: &Type, text: &str) -> Coerced {
    coerce_with(ty, text, Doubts::Told)
}

/// As [`coerce`], with or without doubts.
pub(crate) fn coerce_with(ty: &Type, text: &str, doubts: Doubts) -> Coerced {
    match ty {
        Type::Str => Coerced::Exact(text.into()),
        Type::Optional(inner) if **inner == Type::Str => Coerced::Exact(text.into()),
        Type::Union(members) if members.contains(&Type::None) && members.contains(&Type::Str) => {
            lax::validate(ty, text.into(), doubts)
        }
        Type::Enum(class) => member(class, text),
        Type::Literal(members) => literal(ty, members, text, doubts),
        _ => read(ty, text, doubts),
    }
}

/// Converts a value as pydantic does in lax mode: `"3"` and `3.0` are an `int`, `1` is a `bool`.
///
/// | type | takes, beside its own values |
/// |---|---|
/// | `Any` | everything |
/// | `str`, `bytes` | each other, where the bytes are UTF-8 |
/// | `int` | bools; floats and decimals without fraction; text as `1_000`, `007`, `-3.00` |
/// | `float` | bools, integers, decimals; text as `1.5`, `1e5`, `.5`, `inf`, `nan` |
/// | `bool` | 0 and 1 of every number type; `yes`, `no`, `on`, `off`, `t`, `f`, `true`, ... |
/// | `Decimal` | integers, floats (their shortest digits), finite numbers as text |
/// | `date` | datetimes at midnight, and whatever is one |
/// | `datetime` | dates; ISO 8601 text; numbers: seconds since 1970 in UTC, beyond 2e10 milliseconds |
/// | `time` | `HH:MM[:SS[.f]]` with an offset; numbers: seconds after midnight in UTC |
/// | `timedelta` | `P1DT2H`, `HH:MM:SS`, `1 day, 2:00:00`; numbers: seconds |
/// | `UUID` | its text in any usual form; 16 bytes |
/// | lists, tuples, sets, `deque` | each other, item by item; sets keep the first of equal items |
/// | `Sequence` | lists and tuples, which stay what they are |
/// | dicts and mappings | dicts; keys become the text they have in JSON, equal keys one |
/// | records | dicts; unknown names are dropped, defaults added, constraints checked |
/// | `Literal` | values equal to a member: `1.0` for `Literal[1]` |
/// | enumerations | values equal to a member's; with a `str` or `int` mixin, whatever that takes |
/// | unions | what a member takes; the most exact member wins, among records the one with most fields |
///
/// Values of lists and records that only Python can judge (`complex`, `Iterable`, classes of
/// `dspy`, sets whose order matters, a `pattern` that meets characters newer than Unicode 14) are
/// [`Coerced::Unsure`], unless something else is wrong already. An enum's value stands for its
/// member.
///
/// ```
/// use dspex_signature::{Coerced, Type, validate};
///
/// let ty = Type::parse("dict[str, list[int]]")?;
/// let value = dspex_signature::fields! { "a" => ["1", "2.0"] };
/// let expected = dspex_signature::fields! { "a" => [1, 2] };
/// assert_eq!(validate(&ty, value.into()), Coerced::Exact(expected.into()));
/// # Ok::<(), dspex_signature::SignatureError>(())
/// ```
#[must_use]
pub fn validate(ty: &Type, value: Value) -> Coerced {
    lax::validate(ty, value, Doubts::Told)
}

/// As [`validate`], with or without doubts.
pub(crate) fn validate_with(ty: &Type, value: Value, doubts: Doubts) -> Coerced {
    lax::validate(ty, value, doubts)
}

/// Reads a field of a JSON object as `JSONAdapter` does: text as [`coerce`], everything else by
/// its type.
pub(crate) fn coerce_json(ty: &Type, value: Value, doubts: Doubts) -> Coerced {
    match (ty, value) {
        (Type::Str, value @ Value::Text(_)) => Coerced::Exact(value),
        (_, Value::Text(text)) => coerce_with(ty, &text, doubts),
        (Type::Str, value) => Coerced::Exact(value.python_str().into()),
        (Type::Enum(class), value) => match lax::kept_members(class) {
            Some(members) => match members.into_iter().find(|member| equal(member, &value)) {
                Some(member) => Coerced::Exact(member.clone()),
                // Python looks for a name, and a container has no hash to be looked for.
                None if value.is_container() => {
                    unsure(format!("`{}`: a container is no name of a member", class.name))
                }
                None => no_member(class, value.python_type()),
            },
            None => strange_members(class),
        },
        // Python's `in`, after which DSPy keeps the value itself: `1.0` for `Literal[1]`.
        (Type::Literal(allowed), value) if allowed.iter().any(|one| equal(one, &value)) => {
            Coerced::Exact(value)
        }
        (_, value) => lax::validate(ty, value, doubts),
    }
}

fn read(ty: &Type, text: &str, doubts: Doubts) -> Coerced {
    match candidate::candidate(text, doubts) {
        Ok(value) => lax::validate(ty, value, doubts),
        Err(Unsure { reason }) => unsure(format!("`{ty}`: {reason}")),
    }
}

/// The member with this value, or else with this name.
fn member(class: &EnumType, text: &str) -> Coerced {
    let Some(members) = lax::kept_members(class) else { return strange_members(class) };
    let by_value = members.iter().find(|member| member.as_str() == Some(text));
    let by_name = || {
        let (_, value) = class.members.iter().find(|(name, _)| name == text)?;
        members.iter().find(|member| equal(member, value))
    };
    match by_value.or_else(by_name) {
        Some(member) => Coerced::Exact((*member).clone()),
        None => no_member(class, "another str"),
    }
}

fn no_member(class: &EnumType, found: &str) -> Coerced {
    Coerced::Fails(vec![ValueError::new(class.name.as_str(), found)])
}

fn strange_members(class: &EnumType) -> Coerced {
    unsure(format!("the members of `{}` are not what its mixin makes of them", class.name))
}

const fn unsure(reason: String) -> Coerced {
    Coerced::Unsure(Unsure { reason })
}

/// A member as it stands, or within the wrappings that models put around it: quotes, `Literal[]`.
fn literal(ty: &Type, members: &[Value], text: &str, doubts: Doubts) -> Coerced {
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
    if is_member(bare) { Coerced::Exact(bare.into()) } else { read(ty, bare, doubts) }
}
