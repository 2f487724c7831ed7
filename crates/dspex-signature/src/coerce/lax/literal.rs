//! Members of a `Literal` and of an enumeration.

use super::{Exactness, Lax, given};
use crate::{EnumMixin, EnumType, Type, Value, coerce::compare};

/// What a table of constants says of a value.
enum Lookup<'a> {
    Found(&'a Value),
    NotFound,
    /// pydantic's table of integers cannot hold it, which ends the search.
    Refused,
}

impl Lax<'_> {
    pub(super) fn literal(&mut self, ty: &Type, members: &[Value], given: &Value) -> Option<Value> {
        match look_up(members.iter(), given) {
            Lookup::Found(member) => Some(member.clone()),
            Lookup::NotFound | Lookup::Refused => self.fault(ty, given),
        }
    }

    pub(super) fn member(&mut self, class: &EnumType, given: &Value) -> Option<Value> {
        self.floor(Exactness::Lax);
        let Some(members) = kept_members(class) else {
            return self.leak(format!("`{}` may not have these members in Python", class.name));
        };
        let found = match class.mixin {
            None => look_up(members.iter().copied(), given),
            Some(EnumMixin::Str) => match given::text(given) {
                Some(text) => find(&members, |member| member.as_str() == Some(text)),
                None => Lookup::NotFound,
            },
            Some(EnumMixin::Int) => self.int_member(&members, given),
        };
        match found {
            Lookup::Found(member) => Some(member.clone()),
            Lookup::Refused => self.fault(&class.name, given),
            // At last pydantic calls the class, which finds equal values.
            Lookup::NotFound => match find(&members, |member| compare::equal(member, given)) {
                Lookup::Found(member) => Some(member.clone()),
                _ => self.fault(&class.name, given),
            },
        }
    }

    /// An `int` enumeration takes whatever an `int` takes.
    fn int_member<'a>(&mut self, members: &[&'a Value], given: &Value) -> Lookup<'a> {
        if !members.iter().any(|member| matches!(member, Value::Int(_))) {
            return Lookup::NotFound;
        }
        let was_quiet = std::mem::replace(&mut self.is_quiet, true);
        let n_faults = self.n_faults;
        let int = self.int(given);
        (self.is_quiet, self.n_faults) = (was_quiet, n_faults);
        match int {
            Some(Value::BigInt(_)) => Lookup::Refused,
            Some(int) => find(members, |member| **member == int),
            None => Lookup::NotFound,
        }
    }
}

/// The values of the members, where Python has them as they are given here: a `str` enumeration
/// makes text of its values.
pub(in crate::coerce) fn kept_members(class: &EnumType) -> Option<Vec<&Value>> {
    let members = compare::members(class);
    let are_kept = members.iter().all(|member| is_kept(class.mixin, member));
    (are_kept && !members.is_empty()).then_some(members)
}

/// Whether a builtin that an enumeration inherits from leaves a value as it is.
const fn is_kept(mixin: Option<EnumMixin>, member: &Value) -> bool {
    match mixin {
        None => true,
        Some(EnumMixin::Str) => matches!(member, Value::Text(_)),
        Some(EnumMixin::Int) => matches!(member, Value::Int(_) | Value::BigInt(_)),
    }
}

fn find<'a>(members: &[&'a Value], is_it: impl Fn(&&'a Value) -> bool) -> Lookup<'a> {
    members.iter().copied().find(is_it).map_or(Lookup::NotFound, Lookup::Found)
}

/// The constant that a value stands for: of the same kind, or else equal to Python, where bools
/// come before integers (`1.0` is `True` in `Literal[1, True]`).
fn look_up<'a>(members: impl Iterator<Item = &'a Value> + Clone, given: &Value) -> Lookup<'a> {
    let same = match given {
        Value::Bool(_) | Value::Int(_) | Value::Text(_) => {
            members.clone().find(|member| *member == given)
        }
        Value::BigInt(_) if members.clone().any(|member| matches!(member, Value::Int(_))) => {
            return Lookup::Refused;
        }
        _ => None,
    };
    let is_plain = |member: &Value| matches!(member, Value::Int(_) | Value::Text(_));
    let mut equal = members.filter(|member| compare::equal(member, given));
    let first_of_all = || {
        let first = equal.next()?;
        Some(if is_plain(first) {
            equal.find(|member| !is_plain(member)).unwrap_or(first)
        } else {
            first
        })
    };
    same.or_else(first_of_all).map_or(Lookup::NotFound, Lookup::Found)
}

/// Whether a value may be found in a table of constants, by its kind alone.
pub(super) fn may_be_constant<'a>(
    mut members: impl Iterator<Item = &'a Value>,
    given: &Value,
) -> bool {
    !given.is_container() || members.any(Value::is_container)
}
