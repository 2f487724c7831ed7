//! Lists and maps as pydantic dumps them before they are written as JSON.

use std::borrow::Cow;

use super::history;
use crate::{
    Coerced, Collection, Dict, Fields, Mapping, Rare, RecordKind, RecordType, Type, Value,
    types::{enclosing, holds_other_numbers},
    validate,
    value::set_order::in_pythons_order,
};

/// Where a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Context {
    /// It is dumped for itself.
    Whole,
    /// It is one of the values of a dict.
    InDict,
}

/// The value of a field as `json.dumps` gets it: sets in Python's order, `null` for what is not
/// finite and of no declared type. Floats that stay as they are not finite print as `NaN`.
///
/// A map is a dict, unless its type is a record that it fits: then it is an instance of that
/// class, whose own serialiser knows the types of its fields.
///
/// # Errors
/// What the value holds that only Python can dump.
pub(super) fn dumped<'a>(
    ty: &Type,
    value: &'a Value,
    context: Context,
) -> Result<Cow<'a, Value>, &'static str> {
    if let Some(reason) = strange(ty, value, context) {
        return Err(reason);
    }
    match is_plain(value) && !holds_other_numbers(ty, value) {
        true => Ok(Cow::Borrowed(value)),
        false => Dump { around: Vec::new() }.of_no_type(ty, value).map(Cow::Owned),
    }
}

const BYTES: &str = "bytes that are not UTF-8";
const SURROGATES: &str = "text with surrogates, which UTF-8 lacks";
const OBJECT: &str = "an object that lives in a worker";
const ARRAY: &str = "an array, which only numpy can print";
const KEY: &str = "a dict whose keys only Python can write";
const SET: &str = "a set, whose order is Python's own";
const NUMBER: &str = "a number of a record that is written by its type";

/// What a value is that has no form in a prompt, or one that only Python knows.
pub(super) const fn only_pythons(rare: &Rare) -> Option<&'static str> {
    match rare {
        Rare::Surrogates(_) => Some(SURROGATES),
        Rare::NdArray(_) => Some(ARRAY),
        Rare::Reference(_) => Some(OBJECT),
        Rare::Complex(_) | Rare::FrozenSet(_) | Rare::Dict(_) => None,
    }
}

/// Whether `json.dumps` writes the value as it stands, whatever its type is.
fn is_plain(value: &Value) -> bool {
    match value {
        Value::Float(float) => float.is_finite(),
        Value::Set(items) => items.len() < 2 && items.iter().all(is_plain),
        Value::List(items) | Value::Tuple(items) => items.iter().all(is_plain),
        Value::Map(fields) => fields.iter().all(|(_, value)| is_plain(value)),
        Value::Bytes(bytes) => std::str::from_utf8(bytes).is_ok(),
        Value::Rare(_) => false,
        _ => true,
    }
}

/// What in a type makes a container something else to Python than a list or a dict.
fn strange(ty: &Type, value: &Value, context: Context) -> Option<&'static str> {
    match (ty, value) {
        // On its own, a `defaultdict` is beyond pydantic.
        (Type::Mapping(Mapping::DefaultDict, ..), dict)
            if dict.is_dict() && context == Context::Whole =>
        {
            Some("a `defaultdict`")
        }
        (Type::Optional(inner), value) => strange(inner, value, context),
        (Type::Union(members), value) => {
            members.iter().find_map(|member| strange(member, value, context))
        }
        (Type::Opaque(class), value)
            if class.path == "dspy.ToolCalls" && history::are_tool_calls(value) =>
        {
            None
        }
        (Type::Opaque(_), value) if history::is_changed_by_reading(value) => {
            Some("a history whose names have white space around them")
        }
        _ => is_strange(ty).then_some("a value of a class that only Python can dump"),
    }
}

/// Whether a type has a class of DSPy or an iterator in it; a history is dumped as it stands.
/// (So are tool calls that are a field's whole value.)
fn is_strange(ty: &Type) -> bool {
    match ty {
        Type::Opaque(class) => !matches!(&*class.path, "dspy.History" | "None"),
        Type::Collection(Collection::Iterable, _) => true,
        Type::Record(class) => class.fields.iter().any(|field| is_strange(&field.ty)),
        other => other.parts().any(is_strange),
    }
}

type Dumped = Result<Value, &'static str>;

struct Dump<'a> {
    /// The records around the current value.
    around: Vec<&'a RecordType>,
}

impl<'a> Dump<'a> {
    /// A value that pydantic dumps by what it finds; `ty` says which maps are records.
    fn of_no_type(&mut self, ty: &'a Type, value: &Value) -> Dumped {
        let item = item_type(ty);
        Ok(match value {
            Value::Float(float) if !float.is_finite() => Value::Null,
            Value::Bytes(bytes) => std::str::from_utf8(bytes).map_err(|_| BYTES)?.into(),
            Value::List(items) | Value::Tuple(items) => match tuple_types(ty, items) {
                Some(types) => {
                    list(types.iter().zip(items), |(ty, item)| self.of_no_type(ty, item))?
                }
                None => list(items.iter(), |value| self.of_no_type(item, value))?,
            },
            Value::Set(items) => self.set_of_no_type(item, items)?,
            Value::Rare(rare) => match &**rare {
                Rare::FrozenSet(items) => self.set_of_no_type(item, items)?,
                Rare::Complex(complex) => complex.json_text().into(),
                Rare::Surrogates(_) => return Err(SURROGATES),
                Rare::NdArray(_) => return Err(ARRAY),
                Rare::Reference(_) => return Err(OBJECT),
                Rare::Dict(dict) => return self.dict_of_no_type(ty, dict),
            },
            Value::Map(fields) => return self.map_of_no_type(ty, fields),
            other => other.clone(),
        })
    }

    fn set_of_no_type(&mut self, item: &'a Type, items: &[Value]) -> Dumped {
        let items = ordered(item, items)?;
        list(items.iter(), |value| self.of_no_type(item, value))
    }

    fn dict_of_no_type(&mut self, ty: &'a Type, dict: &Dict) -> Dumped {
        let fields = dict.with_text_keys().ok_or(KEY)?;
        match ty.without_none() {
            Type::Record(_) => Err(KEY),
            _ => self.map_of_no_type(ty, &fields),
        }
    }

    fn map_of_no_type(&mut self, ty: &'a Type, fields: &Fields) -> Dumped {
        match ty.without_none() {
            Type::Record(class) if class.kind == RecordKind::Model => {
                self.instance(ty, class, fields)
            }
            Type::Record(class) => {
                let ty = |name: &str| {
                    let field = class.fields.iter().find(|field| field.name == name);
                    field.map_or(&Type::Any, |field| &field.ty)
                };
                entries(fields, |name, value| self.of_no_type(ty(name), value))
            }
            // Of several classes, Python knows which one it is.
            Type::Union(members) if members.iter().any(has_class) => Err(NUMBER),
            // The messages of a history may hold instances of any class.
            Type::Enclosing(_) | Type::Opaque(_) => Err(NUMBER),
            ty => entries(fields, |_, value| self.of_no_type(item_type(ty), value)),
        }
    }

    /// A map under a model: an instance of it where pydantic would make one, and a dict elsewhere.
    fn instance(&mut self, ty: &Type, class: &'a RecordType, fields: &Fields) -> Dumped {
        let is_whole = class.fields.iter().map(|field| field.name.as_str()).eq(fields.names());
        let is_valid = || matches!(validate(ty, Value::Map(fields.clone())), Coerced::Exact(_));
        if !is_whole || !is_valid() {
            return Err(NUMBER);
        }
        self.record(class, fields)
    }

    fn record(&mut self, class: &'a RecordType, fields: &Fields) -> Dumped {
        self.around.push(class);
        let mut dumped = Fields::new();
        for (field, (name, value)) in class.fields.iter().zip(fields.iter()) {
            dumped.insert(name, self.of_type(&field.ty, value)?);
        }
        self.around.pop();
        Ok(Value::Map(dumped))
    }

    /// A value inside a model, dumped by its declared type.
    fn of_type(&mut self, ty: &'a Type, value: &Value) -> Dumped {
        match (ty.without_none(), value) {
            (Type::Any | Type::Bare(_), value) => self.of_no_type(&Type::Any, value),
            (Type::Float, Value::Float(_)) => Ok(value.clone()),
            (Type::Float, Value::Int(_) | Value::Bool(_) | Value::BigInt(_)) => float(value),
            (Type::Int, Value::Bool(bool)) => Ok(Value::Int((*bool).into())),
            (Type::Union(members), Value::Float(_)) if members.contains(&Type::Float) => {
                Ok(value.clone())
            }
            (Type::List(item), Value::List(items))
            | (Type::Collection(Collection::Tuple, item), Value::Tuple(items)) => {
                list(items.iter(), |value| self.of_type(item, value))
            }
            (Type::Collection(kind, item), set)
                if kind.is_set()
                    && let Some(items) = set.as_any_set() =>
            {
                let items = ordered(item, items)?;
                list(items.iter(), |value| self.of_type(item, value))
            }
            (Type::Tuple(types), Value::Tuple(items)) if types.len() == items.len() => {
                list(types.iter().zip(items), |(ty, value)| self.of_type(ty, value))
            }
            (
                Type::Dict(_, item)
                | Type::Mapping(Mapping::Mapping | Mapping::MutableMapping, _, item),
                Value::Map(fields),
            ) => entries(fields, |_, value| self.of_type(item, value)),
            (
                Type::Dict(key, item)
                | Type::Mapping(Mapping::Mapping | Mapping::MutableMapping, key, item),
                dict,
            ) if let Some(dict) = dict.as_dict() => {
                let are_plain = dict.iter().all(|(name, _)| is_plain_key(key, name));
                let fields = dict.with_text_keys().filter(|_| are_plain).ok_or(KEY)?;
                entries(&fields, |_, value| self.of_type(item, value))
            }
            (Type::Record(class), Value::Map(fields)) => self.whole(class, fields),
            (Type::Enclosing(name), Value::Map(fields)) => {
                let class = enclosing(&self.around, name);
                self.whole(class.ok_or(NUMBER)?, fields)
            }
            // What is written by no type is written as it stands.
            (ty, value) if is_plain(value) && !is_container_of_classes(ty, value) => {
                Ok(value.clone())
            }
            _ => Err(NUMBER),
        }
    }

    /// A record inside a model, which has all of its fields.
    fn whole(&mut self, class: &'a RecordType, fields: &Fields) -> Dumped {
        match class.fields.iter().map(|field| field.name.as_str()).eq(fields.names()) {
            true => self.record(class, fields),
            false => Err(NUMBER),
        }
    }
}

/// Whether a key in a model is written as it would be without its type. pydantic writes `True` for a bool
/// under `int`, and `nan` under `float`.
fn is_plain_key(ty: &Type, key: &Value) -> bool {
    match key {
        Value::Bool(_) => *ty == Type::Bool,
        Value::Float(float) => float.is_finite(),
        Value::Text(_) | Value::Int(_) | Value::BigInt(_) | Value::Tagged(_) | Value::Null => true,
        _ => false,
    }
}

/// The items of a set in Python's order. Members of an enum stand in that of their names' hashes,
/// whatever their values are.
fn ordered(item: &Type, items: &[Value]) -> Result<Vec<Value>, &'static str> {
    match items.len() > 1 && has_class(item) {
        true => Err(SET),
        false => in_pythons_order(items).ok_or(SET),
    }
}

/// A number under a float's type, where a float can hold it.
fn float(value: &Value) -> Dumped {
    let float = match value {
        Value::Bool(bool) => f64::from(*bool),
        Value::BigInt(big) => big.as_str().parse().map_err(|_| NUMBER)?,
        other => other.as_float().ok_or(NUMBER)?,
    };
    if float.is_finite() { Ok(Value::Float(float)) } else { Err(NUMBER) }
}

/// Whether a container may hold numbers or records that are written by a type.
fn is_container_of_classes(ty: &Type, value: &Value) -> bool {
    let is_number = |ty: &Type| matches!(ty, Type::Float | Type::Int);
    value.is_container() && (has_class(ty) || ty.holds(&is_number))
}

fn list<T>(items: impl Iterator<Item = T>, dump: impl FnMut(T) -> Dumped) -> Dumped {
    items.map(dump).collect::<Result<_, _>>().map(Value::List)
}

fn entries(fields: &Fields, mut dump: impl FnMut(&str, &Value) -> Dumped) -> Dumped {
    let entry = |(name, value): (&str, &Value)| Ok((name.to_owned(), dump(name, value)?));
    fields.iter().map(entry).collect::<Result<Fields, _>>().map(Value::Map)
}

/// The type of the items of a container; anything where the type is none.
fn item_type(ty: &Type) -> &Type {
    match ty {
        Type::List(item) | Type::Collection(_, item) => item,
        Type::Dict(_, item) | Type::Mapping(_, _, item) => item,
        Type::Optional(inner) => item_type(inner),
        // Which member a value is of only Python knows, so that classes in it stay classes.
        Type::Union(_) | Type::Enclosing(_) => ty,
        _ => &Type::Any,
    }
}

fn tuple_types<'a>(ty: &'a Type, items: &[Value]) -> Option<&'a [Type]> {
    match ty {
        Type::Tuple(types) if types.len() == items.len() => Some(types),
        Type::Optional(inner) => tuple_types(inner, items),
        _ => None,
    }
}

fn has_class(ty: &Type) -> bool {
    ty.holds(&|ty| {
        matches!(ty, Type::Record(_) | Type::Enum(_) | Type::Enclosing(_) | Type::Opaque(_))
    })
}
