//! pydantic's lax mode for the types of a signature.

use super::{
    Coerced, compare,
    scalar::{self, Reading},
};
use crate::{Constraints, EnumType, Field, Fields, RecordType, Type, Unsure, Value, ValueError};

pub(super) fn validate(ty: &Type, value: Value) -> Coerced {
    let mut lax = Lax { faults: Vec::new(), unsure: None };
    let value = lax.value(ty, value);
    // One fault is enough for pydantic to refuse the whole, whatever the rest may be.
    if !lax.faults.is_empty() {
        return Coerced::Fails(lax.faults);
    }
    match lax.unsure {
        Some(reason) => Coerced::Unsure(Unsure { reason }),
        None => Coerced::Exact(value.expect("a value is missing only where that was noted")),
    }
}

/// Gathers what is wrong on the way; `None` stands for a value about which something was noted.
struct Lax {
    faults: Vec<ValueError>,
    unsure: Option<String>,
}

impl Lax {
    fn value(&mut self, ty: &Type, value: Value) -> Option<Value> {
        match ty {
            Type::Any => Some(value),
            Type::Str => self.text(value),
            Type::Int => self.int(value),
            Type::Float => self.float(value),
            Type::Bool => self.bool(&value),
            Type::List(item) => self.list(ty, item, value),
            Type::Dict(key, item) => self.dict(ty, key, item, value),
            Type::Optional(_) if value.is_null() => Some(value),
            Type::Optional(inner) => self.value(inner, value),
            Type::Literal(members) => self.literal(ty, members, &value),
            Type::Enum(class) => self.member(ty, class, &value),
            Type::Record(class) => self.record(class, value),
            other => self.unsure(&other.to_string(), &value),
        }
    }

    fn fault(&mut self, expected: impl Into<String>, found: &Value) -> Option<Value> {
        self.faults.push(ValueError::new(expected, found.python_type()));
        None
    }

    fn unsure(&mut self, expected: &str, found: &Value) -> Option<Value> {
        let reason =
            format!("pydantic may or may not take this `{}` for `{expected}`", found.python_type());
        self.unsure.get_or_insert(reason);
        None
    }

    /// Runs a part and puts its place before the faults it noted.
    fn part<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> T,
        place: impl Fn(ValueError) -> ValueError,
    ) -> T {
        let before = self.faults.len();
        let value = read(self);
        let noted = self.faults.split_off(before);
        self.faults.extend(noted.into_iter().map(place));
        value
    }

    fn text(&mut self, value: Value) -> Option<Value> {
        match value {
            Value::Text(_) => Some(value),
            Value::Bytes(_) => self.unsure("str", &value),
            _ => self.fault("str", &value),
        }
    }

    fn int(&mut self, value: Value) -> Option<Value> {
        match &value {
            Value::Int(_) | Value::BigInt(_) => Some(value),
            Value::Bool(bool) => Some(Value::Int((*bool).into())),
            Value::Float(float) => match compare::exact(*float) {
                Some(int) => Some(Value::Int(int)),
                None if float.is_finite() && float.fract() == 0.0 => self.unsure("int", &value),
                None => self.fault("int", &value),
            },
            Value::Text(text) => match scalar::int(text) {
                Reading::Is(int) => Some(int),
                Reading::IsNot => self.fault("int", &value),
                Reading::MayBe => self.unsure("int", &value),
            },
            Value::Bytes(_) => self.unsure("int", &value),
            _ => self.fault("int", &value),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "Python's `float(int)` rounds in the same way")]
    fn float(&mut self, value: Value) -> Option<Value> {
        match &value {
            Value::Float(_) => Some(value),
            Value::Int(int) => Some(Value::Float(*int as f64)),
            Value::BigInt(big) => match big.as_str().parse() {
                Ok(float) if f64::is_finite(float) => Some(Value::Float(float)),
                _ => self.unsure("float", &value),
            },
            Value::Bool(bool) => Some(Value::Float(f64::from(u8::from(*bool)))),
            Value::Text(text) => match scalar::float(text) {
                Reading::Is(float) => Some(float),
                Reading::IsNot => self.fault("float", &value),
                Reading::MayBe => self.unsure("float", &value),
            },
            Value::Bytes(_) => self.unsure("float", &value),
            _ => self.fault("float", &value),
        }
    }

    fn bool(&mut self, value: &Value) -> Option<Value> {
        let bool = match value {
            Value::Bool(bool) => Some(*bool),
            Value::Int(0) => Some(false),
            Value::Int(1) => Some(true),
            Value::Float(float) if *float == 0.0 => Some(false),
            Value::Float(float) if *float == 1.0 => Some(true),
            Value::Text(text) => scalar::bool(text),
            Value::Bytes(_) => return self.unsure("bool", value),
            _ => None,
        };
        match bool {
            Some(bool) => Some(Value::Bool(bool)),
            None => self.fault("bool", value),
        }
    }

    fn list(&mut self, ty: &Type, item: &Type, value: Value) -> Option<Value> {
        let items = match value {
            Value::List(items) | Value::Tuple(items) => items,
            Value::Set(_) => return self.unsure(&ty.to_string(), &value),
            other => return self.fault(ty.to_string(), &other),
        };
        let mut checked = Vec::with_capacity(items.len());
        for (index, value) in items.into_iter().enumerate() {
            let value = self.part(|lax| lax.value(item, value), |fault| fault.in_item(index));
            checked.push(value.unwrap_or_default());
        }
        Some(Value::List(checked))
    }

    fn dict(&mut self, ty: &Type, key: &Type, item: &Type, value: Value) -> Option<Value> {
        let Value::Map(entries) = value else { return self.fault(ty.to_string(), &value) };
        let mut checked = Vec::with_capacity(entries.len());
        for (name, value) in entries {
            let place = |fault: ValueError| fault.in_field(&name);
            let new_name = self.part(|lax| lax.key(key, &name), place);
            let value = self.part(|lax| lax.value(item, value), place);
            checked.push((new_name.unwrap_or_default(), value.unwrap_or_default()));
        }
        Some(Value::Map(Fields::from_pairs(checked)))
    }

    /// A key, which is text in JSON and becomes text again after it was converted.
    fn key(&mut self, ty: &Type, name: &str) -> Option<String> {
        match ty {
            Type::Str | Type::Any => Some(name.to_owned()),
            Type::Int | Type::Literal(_) | Type::Enum(_) => {
                match self.value(ty, Value::from(name))? {
                    Value::Text(text) => Some(text),
                    int @ (Value::Int(_) | Value::BigInt(_)) => Some(int.to_string()),
                    other => self.unsure(&ty.to_string(), &other).map(|_| String::new()),
                }
            }
            _ => self.unsure(&ty.to_string(), &Value::from(name)).map(|_| String::new()),
        }
    }

    fn literal(&mut self, ty: &Type, members: &[Value], value: &Value) -> Option<Value> {
        match one_of(members.iter(), value) {
            Ok(Some(member)) => Some(member),
            Ok(None) => self.fault(ty.to_string(), value),
            Err(Ambiguous) => self.unsure(&ty.to_string(), value),
        }
    }

    fn member(&mut self, ty: &Type, class: &EnumType, value: &Value) -> Option<Value> {
        let values = compare::members(class);
        match one_of(values.iter().copied(), value) {
            Ok(Some(member)) => return Some(member),
            Ok(None) => {}
            Err(Ambiguous) => return self.unsure(&ty.to_string(), value),
        }
        // An enum that is also an `int` or a `float` takes text for its values; whether it is one
        // the type does not tell.
        let may_be_number = match value {
            Value::Text(text) => {
                scalar::int(text) != Reading::IsNot || scalar::float(text) != Reading::IsNot
            }
            Value::Bytes(_) => true,
            _ => false,
        };
        let has_numbers = values.iter().any(|value| value.as_float().is_some());
        if matches!(value, Value::Bytes(_)) || may_be_number && has_numbers {
            return self.unsure(&ty.to_string(), value);
        }
        self.fault(ty.to_string(), value)
    }

    fn record(&mut self, class: &RecordType, value: Value) -> Option<Value> {
        let Value::Map(mut given) = value else { return self.fault(class.name.as_str(), &value) };
        let mut checked = Vec::with_capacity(class.fields.len());
        for field in &class.fields {
            let place = |fault: ValueError| fault.in_field(&field.name);
            let value = match (given.remove(&field.name), &field.default) {
                (Some(value), _) => self.part(|lax| lax.field(field, value), place),
                (None, Some(default)) => Some(default.clone()),
                (None, None) => {
                    let fault = ValueError::new(field.ty.to_string(), "no such field");
                    self.faults.push(place(fault));
                    None
                }
            };
            checked.push((field.name.clone(), value.unwrap_or_default()));
        }
        Some(Value::Map(Fields::from_pairs(checked)))
    }

    fn field(&mut self, field: &Field, value: Value) -> Option<Value> {
        let value = self.value(&field.ty, value)?;
        self.constraints(&field.ty, &field.constraints, &value);
        Some(value)
    }

    fn constraints(&mut self, ty: &Type, constraints: &Constraints, value: &Value) {
        if value.is_null() && matches!(ty, Type::Optional(_)) {
            return;
        }
        for (name, bound) in constraints.iter() {
            match satisfies(name, bound, value) {
                Some(true) => {}
                Some(false) => {
                    let expected = format!("{ty} with {name}={bound}");
                    self.faults.push(ValueError::new(expected, value.python_type()));
                }
                None => {
                    self.unsure
                        .get_or_insert(format!("constraint `{name}` is not checked natively"));
                }
            }
        }
    }
}

/// Several members are equal to a value, and which one pydantic takes depends on their order.
struct Ambiguous;

/// The member that a value stands for: of the same kind, or else equal to Python (`1`, `1.0` and
/// `True` are).
fn one_of<'a>(
    members: impl Iterator<Item = &'a Value> + Clone,
    value: &Value,
) -> Result<Option<Value>, Ambiguous> {
    if let Some(same) = members.clone().find(|member| *member == value) {
        return Ok(Some(same.clone()));
    }
    let mut equal = members.filter(|member| compare::equal(member, value));
    match (equal.next(), equal.next()) {
        (_, Some(_)) => Err(Ambiguous),
        (member, None) => Ok(member.cloned()),
    }
}

/// Whether a value is within a bound; `None` where that is not decided here.
fn satisfies(constraint: &str, bound: &Value, value: &Value) -> Option<bool> {
    match constraint {
        "gt" | "ge" | "lt" | "le" => {
            let order = match (value, bound) {
                (Value::Int(value), Value::Int(bound)) => value.cmp(bound),
                (Value::Float(value), Value::Float(bound)) => value.partial_cmp(bound)?,
                // Bounds beyond 2^53 would be rounded.
                (Value::Float(value), Value::Int(bound)) if bound.unsigned_abs() < 1 << 53 => {
                    value.partial_cmp(&Value::Int(*bound).as_float()?)?
                }
                _ => return None,
            };
            Some(match constraint {
                "gt" => order.is_gt(),
                "ge" => order.is_ge(),
                "lt" => order.is_lt(),
                _ => order.is_le(),
            })
        }
        "min_length" | "max_length" => {
            let bound = usize::try_from(bound.as_int()?).ok()?;
            let length = match value {
                Value::Text(text) => text.chars().count(),
                Value::List(items) => items.len(),
                Value::Map(fields) => fields.len(),
                _ => return None,
            };
            Some(if constraint == "min_length" { length >= bound } else { length <= bound })
        }
        "multiple_of" => match (value, bound) {
            (Value::Int(value), Value::Int(bound)) if *bound > 0 => Some(value % bound == 0),
            _ => None,
        },
        _ => None,
    }
}
