//! pydantic's lax mode: values into the values of a type.

mod constraint;
mod container;
pub(super) mod decimal;
mod given;
mod literal;
mod mapping;
mod moment;
mod number;
mod record;
mod scalar;
pub(super) mod time;
mod union;

#[cfg(test)]
mod tests;

use std::{borrow::Cow, fmt::Display};

pub(super) use literal::kept_members;

use super::{Coerced, Doubts};
use crate::types::enclosing;
use crate::{Bare, Collection, Mapping, RecordType, Type, Unsure, Value, ValueError};

/// pydantic follows a record into itself 255 times; nothing that JSON can say comes near.
const MAX_DEPTH: usize = 200;

/// How often a union within a union may be looked at, so that no text takes time without bound.
const MAX_UNION_STEPS: usize = 1_000_000;

/// What `list` and `dict` hold.
static ANY: Type = Type::Any;

pub(super) fn validate(ty: &Type, value: Value, doubts: Doubts) -> Coerced {
    let mut lax = Lax::new(doubts);
    if let Some(part) = lax.unbuildable(ty, 0) {
        let reason = format!("pydantic has no validator for `{part}`");
        return Coerced::Unsure(Unsure { reason });
    }
    let value = lax.value(ty, Cow::Owned(value));
    if let Some(reason) = lax.leak {
        return Coerced::Unsure(Unsure { reason });
    }
    // One fault is enough for pydantic to refuse the whole, whatever the rest may be.
    if lax.n_faults > 0 {
        return Coerced::Fails(lax.faults);
    }
    match (lax.unsure, value) {
        (Some(_), Some(value)) if doubts == Doubts::Ignored && !lax.lacks_part => {
            Coerced::Exact(value)
        }
        (Some(reason), _) => Coerced::Unsure(Unsure { reason }),
        (None, value) => {
            Coerced::Exact(value.expect("a value is missing only where that was noted"))
        }
    }
}

/// How far a value is from what a type asks for, by which a union chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Exactness {
    /// It was converted.
    Lax,
    /// Strict mode takes it as well: an `int` for a `float`, a dict for a record.
    Strict,
    /// It has the type.
    Exact,
}

/// A validation on its way; `None` stands for a value about which something was noted.
struct Lax<'t> {
    doubts: Doubts,
    /// What is wrong; nothing where a union only asks whether.
    faults: Vec<ValueError>,
    n_faults: usize,
    /// Whether faults are counted only.
    is_quiet: bool,
    /// Why it is not known what pydantic makes of a part, or whether it refuses it.
    unsure: Option<String>,
    /// Whether what is not known includes a value, which then is missing.
    lacks_part: bool,
    /// Why pydantic may end with an exception that is no refusal.
    leak: Option<String>,
    /// The least exactness of the parts so far.
    exactness: Exactness,
    /// How many fields of records were given, where there was a record.
    n_fields: Option<usize>,
    /// The records around the current value, the outermost first.
    around: Vec<&'t RecordType>,
    depth: usize,
    union_depth: usize,
    n_union_steps: usize,
}

impl<'t> Lax<'t> {
    const fn new(doubts: Doubts) -> Self {
        Self {
            doubts,
            faults: Vec::new(),
            n_faults: 0,
            is_quiet: false,
            unsure: None,
            lacks_part: false,
            leak: None,
            exactness: Exactness::Exact,
            n_fields: None,
            around: Vec::new(),
            depth: 0,
            union_depth: 0,
            n_union_steps: 0,
        }
    }

    fn value(&mut self, ty: &'t Type, given: Cow<'_, Value>) -> Option<Value> {
        if self.depth > MAX_DEPTH {
            return self.leak(format!("a value nests deeper than {MAX_DEPTH} levels"));
        }
        if self.union_depth > 1 {
            self.n_union_steps += 1;
            if self.n_union_steps > MAX_UNION_STEPS {
                return self.leak("unions nest so deep that they take too long".to_owned());
            }
        }
        self.depth += 1;
        let value = self.by_type(ty, given);
        self.depth -= 1;
        value
    }

    fn by_type(&mut self, ty: &'t Type, given: Cow<'_, Value>) -> Option<Value> {
        if let (Value::Rare(rare), true) = (&*given, *ty != Type::Any)
            && rare.is_only_pythons()
        {
            return self.unsure(ty, &given);
        }
        match ty {
            Type::Any => self.is(Exactness::Strict, given.into_owned()),
            Type::None => self.none(&given),
            Type::Str => self.text(given),
            Type::Int => self.int(&given),
            Type::Float => self.float(&given),
            Type::Bool => self.bool(&given),
            Type::Bytes => self.bytes(given),
            Type::Complex => self.complex(&given),
            Type::Decimal => self.decimal(given),
            Type::Date => self.date(given),
            Type::DateTime => self.datetime(given),
            Type::Time => self.time(given),
            Type::TimeDelta => self.timedelta(given),
            Type::Uuid => self.uuid(given),
            Type::List(item) => self.list(ty, item, given),
            Type::Collection(kind, item) => self.collection(ty, *kind, item, given),
            Type::Tuple(items) => self.tuple(ty, items, given),
            Type::Dict(key, item) => self.dict(ty, key, item, given),
            Type::Mapping(kind, key, item) => self.mapping(ty, *kind, key, item, given),
            Type::Bare(kind) => self.bare(ty, *kind, given),
            Type::Optional(_) if given.is_null() => Some(Value::Null),
            Type::Optional(inner) => self.value(inner, given),
            Type::Union(members) => self.union(ty, members, given),
            Type::Literal(members) => self.literal(ty, members, &given),
            Type::Enum(class) => self.member(class, &given),
            Type::Record(class) => self.record(class, given),
            Type::Enclosing(name) => match enclosing(&self.around, name) {
                Some(class) => self.record(class, given),
                None => self.leak(format!("no record around this field is called `{name}`")),
            },
            Type::Opaque(class) if class.path == "None" => self.value(&Type::None, given),
            Type::Opaque(class) => self.leak(format!("only DSPy knows `{}`", class.path)),
        }
    }

    fn bare(&mut self, ty: &'t Type, kind: Bare, given: Cow<'_, Value>) -> Option<Value> {
        match kind {
            Bare::List => self.list(ty, &ANY, given),
            Bare::Dict => self.dict(ty, &ANY, &ANY, given),
            Bare::Tuple => self.collection(ty, Collection::Tuple, &ANY, given),
            Bare::Set => self.collection(ty, Collection::Set, &ANY, given),
            Bare::FrozenSet => self.collection(ty, Collection::FrozenSet, &ANY, given),
        }
    }

    /// A value that was taken with some exactness.
    fn is(&mut self, exactness: Exactness, value: Value) -> Option<Value> {
        self.floor(exactness);
        Some(value)
    }

    /// A value that was converted, or the fault that it is none of the type.
    fn is_lax(&mut self, ty: &Type, given: &Value, value: Option<Value>) -> Option<Value> {
        match value {
            Some(value) => self.is(Exactness::Lax, value),
            None => self.fault(ty, given),
        }
    }

    fn floor(&mut self, exactness: Exactness) {
        self.exactness = self.exactness.min(exactness);
    }

    fn fault(&mut self, expected: impl Display, found: &Value) -> Option<Value> {
        self.fault_found(expected, found.python_type())
    }

    fn fault_found(&mut self, expected: impl Display, found: &str) -> Option<Value> {
        self.n_faults += 1;
        if !self.is_quiet {
            self.faults.push(ValueError::new(expected.to_string(), found));
        }
        None
    }

    /// pydantic takes or refuses this value, and which is not known here.
    fn unsure(&mut self, expected: impl Display, found: &Value) -> Option<Value> {
        self.lacks_part = true;
        self.note_unsure(expected, found);
        None
    }

    /// As [`Lax::unsure`], with the value that it most likely becomes.
    fn maybe(&mut self, expected: impl Display, found: &Value, value: Value) -> Option<Value> {
        self.note_unsure(expected, found);
        Some(value)
    }

    fn note_unsure(&mut self, expected: impl Display, found: &Value) {
        let found = found.python_type();
        self.unsure.get_or_insert_with(|| {
            format!("pydantic may or may not take this `{found}` for `{expected}`")
        });
    }

    /// Anything may happen, an exception that DSPy does not take for a refusal included.
    fn leak(&mut self, reason: String) -> Option<Value> {
        self.leak.get_or_insert(reason);
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
        if self.faults.len() > before {
            let noted = self.faults.split_off(before);
            self.faults.extend(noted.into_iter().map(place));
        }
        value
    }

    /// The part of a type for which pydantic cannot make a validator: a `defaultdict` whose
    /// values have no default that it would know.
    fn unbuildable(&mut self, ty: &'t Type, depth: usize) -> Option<&'t Type> {
        if depth > MAX_DEPTH {
            return Some(ty);
        }
        match ty {
            Type::Mapping(Mapping::DefaultDict, _, value) if !value.has_empty_value() => Some(ty),
            Type::Record(class) => {
                let mut fields = class.fields.iter();
                fields.find_map(|field| self.unbuildable(&field.ty, depth + 1))
            }
            ty => ty.parts().find_map(|part| self.unbuildable(part, depth + 1)),
        }
    }
}

/// Whether values of a type may hold members of an enumeration beside other values. Python does
/// not hold a member for equal to its value, and a member stands here as its value.
fn mixes_members(ty: &Type) -> bool {
    let has_members = |ty: &Type| matches!(ty, Type::Enum(class) if class.mixin.is_none());
    !matches!(ty, Type::Enum(_)) && ty.holds(&has_members)
}
