//! Constraints of a record's fields in its schema.

use super::{
    any_of::any_of,
    build::{Schemas, typed},
    class::is_class,
    unsure,
};
use crate::{
    Coerced, Collection, Constraints, Fields, Mapping, Tag, Type, Unsure, Value, validate,
};

/// The order in which pydantic applies constraints, whatever the order of their declaration.
const ORDER: [&str; 8] =
    ["gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length", "pattern"];
/// The order in which it writes those that a number knows.
const ORDER_OF_NUMBERS: [&str; 8] =
    ["multiple_of", "le", "ge", "lt", "gt", "min_length", "max_length", "pattern"];

/// The schema of a type with constraints, and whether its field gets a title.
///
/// A constraint that the type knows has a key of JSON Schema. One that it does not know becomes a
/// check behind the type, with a key of its own, and once there is such a check all further
/// constraints stand behind it. Of a type or `None`, the type is constrained.
pub(super) fn constrained<'a>(
    schemas: &mut Schemas<'a>,
    ty: &'a Type,
    constraints: &Constraints,
) -> Result<(Fields, bool), Unsure> {
    let is_titled = !is_class(ty);
    if constraints.is_empty() {
        return Ok((schemas.of(ty)?, is_titled));
    }
    let (inner, schema) = match ty.without_none() {
        Type::Union(members) => {
            let others = members.iter().filter(|member| **member != Type::None);
            let others = others.map(|member| schemas.of(member));
            (None, any_of(others.collect::<Result<_, _>>()?))
        }
        inner => (Some(inner), schemas.of(inner)?),
    };
    let mut checked = Checked { ty: inner, schema, is_behind: false };
    let is_number = inner.is_some_and(|ty| matches!(kind(ty), Kind::Number));
    for name in if is_number { ORDER_OF_NUMBERS } else { ORDER } {
        for (_, bound) in constraints.iter().filter(|(known, _)| *known == name) {
            checked.add(name, bound)?;
        }
    }
    let schema = checked.schema;
    let is_nullable = ty.allows_none() && *ty != Type::None;
    let schema = if is_nullable { any_of(vec![schema, typed("null")]) } else { schema };
    Ok((schema, is_titled))
}

struct Checked<'a> {
    /// The type, where it is no union.
    ty: Option<&'a Type>,
    schema: Fields,
    /// Whether a check stands behind the type.
    is_behind: bool,
}

impl Checked<'_> {
    fn add(&mut self, name: &'static str, bound: &Value) -> Result<(), Unsure> {
        if name == "pattern" && self.ty.is_some_and(is_class) {
            // The title that the field then gets may be the class's own.
            return Err(unsure("a `pattern` on a class"));
        }
        if let Some(Type::Opaque(class)) = self.ty {
            return Err(unsure(&format!("a constraint on `{}`", class.path)));
        }
        let known = self.ty.filter(|_| !self.is_behind).and_then(|ty| key(name, ty));
        match (known, self.ty) {
            (Some(Key::Of(key)), Some(ty)) => self.add_known(key, name, ty, bound),
            (Some(Key::None), Some(ty)) if is_moment(ty, bound) => Ok(()),
            (Some(Key::None), _) => Err(refused(name, bound)),
            _ => self.add_check(name, bound),
        }
    }

    fn add_known(&mut self, key: &str, name: &str, ty: &Type, bound: &Value) -> Result<(), Unsure> {
        let is_count = matches!(bound, Value::Int(0..));
        match (name, ty, bound) {
            ("pattern", _, Value::Text(_)) => {}
            ("min_length" | "max_length", _, _) if is_count => {}
            ("multiple_of", _, Value::Int(..=0)) => return Err(refused(name, bound)),
            (_, Type::Int, Value::Int(_) | Value::BigInt(_)) => {}
            (_, Type::Int, Value::Float(float)) if is_whole(name, *float) => {}
            (_, Type::Float, Value::Int(_)) => {}
            // An infinite bound is none.
            (_, Type::Float, Value::Float(float))
                if float.is_infinite() && name != "multiple_of" =>
            {
                return Ok(());
            }
            (_, Type::Float, Value::Float(float)) if is_usable(name, *float) => {}
            (_, Type::Decimal, bound) => return self.add_decimal(key, name, bound),
            _ => return Err(refused(name, bound)),
        }
        self.schema.insert(key, bound.clone());
        Ok(())
    }

    /// The bounds of a `Decimal` are floats, on the number that it may be written as.
    fn add_decimal(&mut self, key: &str, name: &str, bound: &Value) -> Result<(), Unsure> {
        let float = match bound {
            Value::Int(_) | Value::Float(_) => bound.as_float(),
            Value::BigInt(big) => big.as_str().parse().ok(),
            Value::Tagged(tagged) if tagged.tag() == Tag::Decimal => tagged.as_str().parse().ok(),
            _ => None,
        };
        let float = float.filter(|float| is_usable(name, *float));
        let float = float.ok_or_else(|| refused(name, bound))?;
        let mut number = typed("number");
        if let Some(Value::List(members)) = self.schema.value("anyOf")
            && let Some(Value::Map(known)) = members.first()
        {
            number = known.clone();
        }
        number.insert(key, float);
        self.schema.insert("anyOf", vec![number, typed("string")]);
        Ok(())
    }

    fn add_check(&mut self, name: &'static str, bound: &Value) -> Result<(), Unsure> {
        if name == "pattern" {
            // A second step behind the type, of which the schema says nothing.
            return Ok(());
        }
        let is_list = matches!(
            self.ty,
            Some(
                Type::List(_)
                    | Type::Bare(crate::Bare::List)
                    | Type::Collection(Collection::Sequence | Collection::MutableSequence, _)
            )
        );
        let key = match (name, is_list) {
            ("min_length", true) => "minItems",
            ("max_length", true) => "maxItems",
            ("min_length", false) => "minLength",
            ("max_length", false) => "maxLength",
            (other, _) => other,
        };
        match bound {
            Value::Int(_) | Value::BigInt(_) | Value::Float(_) => {
                self.schema.insert(key, bound.clone());
            }
            // A class with such a bound gets another name under `$defs`.
            Value::Tagged(tagged) if !self.ty.is_some_and(is_class) => {
                self.schema.insert(key, tagged.as_str());
            }
            _ => return Err(refused(name, bound)),
        }
        self.is_behind = true;
        Ok(())
    }
}

/// What a type's schema says of a constraint that the type knows.
enum Key {
    Of(&'static str),
    /// Nothing.
    None,
}

fn key(name: &str, ty: &Type) -> Option<Key> {
    let is_temporal = matches!(ty, Type::Date | Type::DateTime | Type::Time | Type::TimeDelta);
    let key = match (name, kind(ty)) {
        ("gt" | "ge" | "lt" | "le", _) if is_temporal => return Some(Key::None),
        ("multiple_of", _) if *ty == Type::TimeDelta => return Some(Key::None),
        ("gt", Kind::Number) => "exclusiveMinimum",
        ("ge", Kind::Number) => "minimum",
        ("lt", Kind::Number) => "exclusiveMaximum",
        ("le", Kind::Number) => "maximum",
        ("multiple_of", Kind::Number) => "multipleOf",
        ("min_length", Kind::Text) => "minLength",
        ("max_length", Kind::Text) => "maxLength",
        ("pattern", Kind::Text) if *ty == Type::Str => "pattern",
        ("min_length", Kind::Array) => "minItems",
        ("max_length", Kind::Array) => "maxItems",
        ("min_length", Kind::Object) => "minProperties",
        ("max_length", Kind::Object) => "maxProperties",
        _ => return None,
    };
    Some(Key::Of(key))
}

enum Kind {
    Number,
    Text,
    Array,
    Object,
    Other,
}

const fn kind(ty: &Type) -> Kind {
    match ty {
        Type::Int | Type::Float | Type::Decimal => Kind::Number,
        Type::Str | Type::Bytes => Kind::Text,
        // A `Sequence` and a `defaultdict` are more than their schema to pydantic.
        Type::Collection(Collection::Sequence, _) => Kind::Other,
        Type::Mapping(Mapping::DefaultDict, ..) => Kind::Other,
        Type::List(_) | Type::Collection(..) | Type::Tuple(_) => Kind::Array,
        Type::Bare(crate::Bare::Dict) | Type::Dict(..) | Type::Mapping(..) => Kind::Object,
        Type::Bare(_) => Kind::Array,
        _ => Kind::Other,
    }
}

/// Whether a float can bound a number: pydantic refuses multiples of what is not positive.
fn is_usable(name: &str, float: f64) -> bool {
    float.is_finite() && (name != "multiple_of" || float > 0.0)
}

/// Whether a float is an integer that can bound one.
fn is_whole(name: &str, float: f64) -> bool {
    is_usable(name, float) && float.fract() == 0.0 && float.abs() < 1e15
}

/// Whether pydantic takes a bound for a date or a time: numbers are seconds, other than for dates.
fn is_moment(ty: &Type, bound: &Value) -> bool {
    match bound {
        Value::Tagged(tagged) => matches!(
            (ty, tagged.tag()),
            (Type::Date, Tag::Date)
                | (Type::DateTime, Tag::DateTime)
                | (Type::Time, Tag::Time)
                | (Type::TimeDelta, Tag::TimeDelta)
        ),
        Value::Int(_) | Value::Float(_) => {
            *ty != Type::Date && matches!(validate(ty, bound.clone()), Coerced::Exact(_))
        }
        _ => false,
    }
}

fn refused(name: &str, bound: &Value) -> Unsure {
    unsure(&format!("the constraint `{name}` of `{bound}`, which pydantic may refuse,"))
}
