//! Inputs held against their signature before anything is sent.

use std::borrow::Cow;

use dspex_signature::{Field, Fields, Signature, Type, Value, ValueError};

use super::{CallError, CallErrorKind};

/// The inputs in the signature's order, with defaults for what is missing.
///
/// DSPy only warns of missing and ill-typed inputs; dspex refuses them, for the prompt would be
/// wrong. A `str` field takes any value, as it does in DSPy, where a field without a type is
/// `str`. Inputs that the signature does not name are left out, as in DSPy.
///
/// # Errors
/// [`CallErrorKind::InvalidInput`] names the field, what was expected and what was found.
pub fn check_inputs<'a>(
    signature: &Signature,
    inputs: &'a Fields,
) -> Result<Cow<'a, Fields>, CallError> {
    // Long texts are not copied where everything is there already.
    let are_complete = inputs.names().eq(signature.inputs().iter().map(|field| &*field.name));
    let mut checked = Fields::new();
    for field in signature.inputs() {
        let Some(value) = inputs.value(&field.name).or(field.default.as_ref()) else {
            if takes_none(&field.ty) {
                continue;
            }
            let found = match nearest_surplus(signature, inputs, field) {
                Some(surplus) => format!("no such field, but `{surplus}`"),
                None => "no such field".to_owned(),
            };
            return Err(invalid(field, &ValueError::new(field.ty.to_string(), found)));
        };
        fits(value, &field.ty).map_err(|error| invalid(field, &error))?;
        if !are_complete {
            checked.insert(&field.name, value.clone());
        }
    }
    Ok(match are_complete {
        true => Cow::Borrowed(inputs),
        false => Cow::Owned(checked),
    })
}

/// The inputs with defaults for what is missing, and no check: what DSPy does.
pub(crate) fn fill_defaults(signature: &Signature, inputs: &Fields) -> Fields {
    let value = |field: &Field| inputs.value(&field.name).or(field.default.as_ref()).cloned();
    let named = signature.inputs().iter();
    named.filter_map(|field| Some((field.name.clone(), value(field)?))).collect()
}

fn invalid(field: &Field, error: &ValueError) -> CallError {
    CallErrorKind::InvalidInput(error.clone().in_field(&field.name)).into()
}

fn nearest_surplus<'a>(
    signature: &Signature,
    inputs: &'a Fields,
    field: &Field,
) -> Option<&'a str> {
    let known = |name: &str| signature.inputs().iter().any(|field| field.name == name);
    let surplus: Vec<_> = inputs.names().filter(|name| !known(name)).collect();
    dspex_signature::nearest(&field.name, &surplus)
}

fn takes_none(ty: &Type) -> bool {
    ty.allows_none() || *ty == Type::Any
}

/// Whether a value is of a type, without converting it.
fn fits(value: &Value, ty: &Type) -> Result<(), ValueError> {
    let fits = match (ty, value) {
        (Type::Bool, Value::Bool(_))
        | (Type::Int, Value::Int(_) | Value::BigInt(_))
        | (Type::Float, Value::Float(_) | Value::Int(_) | Value::BigInt(_))
        | (Type::Optional(_), Value::Null) => true,
        (Type::Optional(inner), value) => return fits(value, inner),
        (Type::List(item), value) => match value.as_list() {
            Some(items) => return fit_items(items, item),
            None => false,
        },
        (Type::Dict(_, item), Value::Map(entries)) => {
            return entries.iter().try_for_each(|(name, value)| {
                fits(value, item).map_err(|error| error.in_field(name))
            });
        }
        (Type::Dict(key, item), dict) if let Some(dict) = dict.as_dict() => {
            return dict.iter().try_for_each(|(name, value)| {
                let fitted = fits(name, key).and_then(|()| fits(value, item));
                fitted.map_err(|error| error.in_field(&name.to_string()))
            });
        }
        (Type::Literal(members), value) => members.contains(value),
        (Type::Enum(class), value) => class.members.iter().any(|(_, member)| member == value),
        (Type::Record(class), Value::Map(fields)) => return fit_fields(fields, &class.fields),
        (Type::Union(members), value) => members.iter().any(|ty| fits(value, ty).is_ok()),
        (Type::Bool | Type::Int | Type::Float | Type::Dict(..) | Type::Record(_), _) => false,
        // `str` takes anything; so do types that are only known to Python.
        _ => true,
    };
    match fits {
        true => Ok(()),
        false => Err(ValueError::new(ty.to_string(), value.python_type())),
    }
}

fn fit_items(items: &[Value], ty: &Type) -> Result<(), ValueError> {
    let mut items = items.iter().enumerate();
    items.try_for_each(|(index, item)| fits(item, ty).map_err(|error| error.in_item(index)))
}

fn fit_fields(fields: &Fields, expected: &[Field]) -> Result<(), ValueError> {
    expected.iter().try_for_each(|field| {
        let fitted = match fields.value(&field.name) {
            Some(value) => fits(value, &field.ty),
            None if field.default.is_some() || takes_none(&field.ty) => Ok(()),
            None => Err(ValueError::new(field.ty.to_string(), "no such field")),
        };
        fitted.map_err(|error| error.in_field(&field.name))
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use dspex_signature::{RecordType, fields};

    use super::*;

    #[track_caller]
    fn check(ty: Type, inputs: &Fields, expected: &str) {
        let output = vec![Field::new("answer", Type::Str)];
        let inputs_of = vec![Field::new("item", ty)];
        let signature = Signature::new("S", Some("I."), inputs_of, output).unwrap();
        let actual = match check_inputs(&signature, inputs) {
            Ok(checked) => format!("{checked:?}"),
            Err(error) => error.to_string(),
        };
        assert_eq!(actual, expected);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        check(Type::Int, &fields! {}, "input `item` should be `int`, found `no such field`");
        check(
            Type::Int,
            &fields! { "itme" => 1 },
            "input `item` should be `int`, found `no such field, but `itme``",
        );
        check(Type::Int, &fields! { "item" => "1" }, "input `item` should be `int`, found `str`");
        check(Type::Int, &fields! { "item" => true }, "input `item` should be `int`, found `bool`");
        check(
            Type::list(Type::Float),
            &fields! { "item" => vec![Value::from(1.5), Value::from("x")] },
            "input `item[1]` should be `float`, found `str`",
        );
        let person = RecordType::new("Person", vec![Field::new("age", Type::Int)]);
        check(
            Type::list(Type::Record(Arc::new(person))),
            &fields! { "item" => vec![fields! { "age" => "old" }] },
            "input `item[0].age` should be `int`, found `str`",
        );
        let keyed = Value::dict([(1.into(), "a".into()), ("2".into(), "b".into())]);
        check(
            Type::dict(Type::Int, Type::Str),
            &fields! { "item" => keyed },
            "input `item.2` should be `int`, found `str`",
        );
    }

    #[test]
    fn what_fits_passes_and_surplus_is_left_out() {
        let kept = |value: Value| format!("{:?}", fields! { "item" => value });
        let any = Value::from(vec!["a list in a `str` field is DSPy's way to pass passages"]);
        check(Type::Str, &fields! { "item" => any.clone(), "more" => 1 }, &kept(any));
        let keyed = Value::dict([(1.into(), "a".into())]);
        let ty = Type::dict(Type::Int, Type::Str);
        check(ty, &fields! { "item" => keyed.clone() }, &kept(keyed));
        check(Type::Float, &fields! { "item" => 1 }, &kept(1.into()));
        check(Type::optional(Type::Int), &fields! { "item" => Value::Null }, &kept(Value::Null));
        check(Type::optional(Type::Int), &fields! {}, &format!("{:?}", fields! {}));
    }

    #[test]
    fn a_default_stands_in_for_what_is_missing() {
        let input = vec![Field::new("k", Type::Int).with_default(3)];
        let output = vec![Field::new("answer", Type::Str)];
        let signature = Signature::new("S", Some("I."), input, output).unwrap();
        assert_eq!(*check_inputs(&signature, &fields! {}).unwrap(), fields! { "k" => 3 });
        assert_eq!(fill_defaults(&signature, &fields! { "k" => 4 }), fields! { "k" => 4 });
    }
}
