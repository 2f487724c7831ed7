//! Unions in pydantic's smart mode: the member that a value fits best.

use std::borrow::Cow;

use super::{Exactness, Lax, literal};
use crate::{Bare, Collection, Type, Value};

/// What a member made of a value.
struct Match {
    /// Nothing for the value as it was given.
    value: Option<Value>,
    exactness: Exactness,
    n_fields: Option<usize>,
}

impl Match {
    /// More given fields are better, then more exactness; the first of equals stays.
    fn is_better_than(&self, best: &Self) -> bool {
        match (self.n_fields, best.n_fields) {
            (Some(new), Some(best)) if new != best => new > best,
            _ => self.exactness > best.exactness,
        }
    }
}

impl<'t> Lax<'t> {
    pub(super) fn union(
        &mut self,
        ty: &'t Type,
        members: &'t [Type],
        given: Cow<'_, Value>,
    ) -> Option<Value> {
        let mut takers = members.iter().filter(|member| may_take(member, &given));
        match (takers.next(), takers.next()) {
            (None, _) => self.fault(ty, &given),
            // Nobody else can have it, so that it need not be kept for others.
            (Some(only), None) => self.only_taker(ty, only, given),
            (Some(_), Some(_)) => self.best(ty, members, given),
        }
    }

    fn only_taker(&mut self, ty: &Type, only: &'t Type, given: Cow<'_, Value>) -> Option<Value> {
        let found = given.python_type();
        let outer = (self.n_faults, self.is_quiet);
        self.is_quiet = true;
        let value = self.value(only, given);
        let is_refused = self.n_faults > outer.0;
        (self.n_faults, self.is_quiet) = outer;
        if is_refused { self.fault_found(ty, found) } else { value }
    }

    fn best(&mut self, ty: &'t Type, members: &'t [Type], given: Cow<'_, Value>) -> Option<Value> {
        let outer = (self.exactness, self.n_fields, self.n_faults, self.is_quiet);
        let outer_unsure = self.unsure.take();
        self.is_quiet = true;
        self.union_depth += 1;
        let mut best: Option<Match> = None;
        let mut unsure = None;
        for member in members.iter().filter(|member| may_take(member, &given)) {
            let found = match is_of(member, &given) {
                true => Match { value: None, exactness: Exactness::Exact, n_fields: None },
                false => match self.attempt(member, &given, &mut unsure) {
                    Some(found) => found,
                    None => continue,
                },
            };
            let is_final = found.exactness == Exactness::Exact && found.n_fields.is_none();
            if is_final || best.as_ref().is_none_or(|best| found.is_better_than(best)) {
                best = Some(found);
            }
            if is_final {
                break;
            }
        }
        self.union_depth -= 1;
        (self.exactness, self.n_fields, self.n_faults, self.is_quiet) = outer;
        self.unsure = outer_unsure;
        match (best, unsure) {
            (_, Some(reason)) => {
                self.unsure.get_or_insert(reason);
                self.lacks_part = true;
                None
            }
            (None, None) => self.fault(ty, &given),
            (Some(best), None) => {
                self.floor(best.exactness);
                if let Some(n_fields) = best.n_fields {
                    *self.n_fields.get_or_insert(0) += n_fields;
                }
                Some(best.value.unwrap_or_else(|| given.into_owned()))
            }
        }
    }

    /// What one member makes of a value, seen by itself.
    fn attempt(
        &mut self,
        member: &'t Type,
        given: &Value,
        unsure: &mut Option<String>,
    ) -> Option<Match> {
        (self.exactness, self.n_fields, self.n_faults) = (Exactness::Exact, None, 0);
        let value = self.value(member, Cow::Borrowed(given));
        let noted = self.unsure.take();
        if self.n_faults > 0 {
            return None;
        }
        if let Some(reason) = noted {
            unsure.get_or_insert(reason);
        }
        // Without a value something was noted that is worse than a refusal.
        let value = Some(value?);
        Some(Match { value, exactness: self.exactness, n_fields: self.n_fields })
    }
}

/// Whether a value has a type exactly, so that no other member can be better.
const fn is_of(ty: &Type, given: &Value) -> bool {
    matches!(
        (ty, given),
        (Type::Str, Value::Text(_))
            | (Type::Int, Value::Int(_) | Value::BigInt(_))
            | (Type::Float, Value::Float(_))
            | (Type::Bool, Value::Bool(_))
            | (Type::Bytes, Value::Bytes(_))
            | (Type::None, Value::Null)
    )
}

/// Whether a type may take a value, by the kind of the value alone.
fn may_take(ty: &Type, given: &Value) -> bool {
    match ty {
        Type::Any | Type::Opaque(_) => true,
        Type::None => given.is_null(),
        Type::Optional(inner) => given.is_null() || may_take(inner, given),
        Type::Union(members) => members.iter().any(|member| may_take(member, given)),
        Type::Literal(members) => literal::may_be_constant(members.iter(), given),
        Type::Enum(class) => {
            literal::may_be_constant(class.members.iter().map(|(_, value)| value), given)
        }
        Type::Dict(..) | Type::Mapping(..) | Type::Record(_) | Type::Enclosing(_) => {
            given.is_dict()
        }
        Type::Bare(Bare::Dict) => given.is_dict(),
        Type::Collection(Collection::Iterable, _) => true,
        Type::Collection(Collection::Sequence, item) if **item == Type::Any => {
            is_list(given) || matches!(given, Value::Text(_) | Value::Bytes(_))
        }
        Type::List(_) | Type::Collection(..) | Type::Tuple(_) | Type::Bare(_) => is_list(given),
        // A decimal may be given as a tuple.
        Type::Decimal => !matches!(given, Value::Null | Value::List(_)) && !given.is_dict(),
        _ => !given.is_null() && !given.is_container(),
    }
}

fn is_list(given: &Value) -> bool {
    given.as_list().is_some()
}
