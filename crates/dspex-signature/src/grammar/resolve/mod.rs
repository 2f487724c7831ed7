//! From what is written to what it means: names become types.

mod fault;
mod generic;
mod union;

use super::{
    TypeTable,
    syntax::{FieldSyntax, TypeKind, TypeSyntax},
    words::{self, Spelling, Word},
};
use crate::{
    Field, Side, SignatureFault, Type, Value, signature::name_fault, value::unicode::nfkc,
};

/// Makes a field; `None` after a fault.
pub(super) fn field(
    syntax: &FieldSyntax<'_>,
    side: Side,
    source: &str,
    types: &TypeTable,
    faults: &mut Vec<SignatureFault>,
) -> Option<Field> {
    let n_faults = faults.len();
    faults.extend(name_fault(&syntax.name).map(|fault| fault.at(syntax.name_span.clone())));
    let ty = match &syntax.ty {
        None => Some(Type::Str),
        Some(ty) => {
            let subject = format!("{side} field `{}` has ", syntax.name);
            Resolver { subject: &subject, source, types, faults }.field_type(ty)
        }
    };
    let ty = ty.filter(|_| faults.len() == n_faults)?;
    let mut field = Field::new(&*syntax.name, ty);
    field.dropped_default = syntax.default.clone().map(|default| source[default].to_owned());
    Some(field)
}

/// Makes a type that stands alone; `None` after a fault.
pub(super) fn whole_type(
    syntax: &TypeSyntax<'_>,
    source: &str,
    types: &TypeTable,
    faults: &mut Vec<SignatureFault>,
) -> Option<Type> {
    Resolver { subject: "", source, types, faults }.whole(syntax)
}

/// Whether this is a constant, or a `Field(..)` of constraints.
fn is_note(syntax: &TypeSyntax<'_>) -> bool {
    matches!(syntax.kind, TypeKind::Constant(_) | TypeKind::OtherConstant | TypeKind::Limits)
}

struct Resolver<'a> {
    /// How a message about a type begins: "output field `answer` has ", or nothing.
    subject: &'a str,
    source: &'a str,
    types: &'a TypeTable,
    faults: &'a mut Vec<SignatureFault>,
}

/// Each method gives `None` after it noted a fault.
impl Resolver<'_> {
    /// The type of a signature's field, which may have notes beside it: they reach no prompt and no
    /// parser there.
    fn field_type(&mut self, syntax: &TypeSyntax<'_>) -> Option<Type> {
        let TypeKind::Generic(path, parameters) = &syntax.kind else { return self.whole(syntax) };
        match parameters.split_first() {
            Some((ty, notes))
                if self.meaning(path) == Word::Annotated
                    && !notes.is_empty()
                    && notes.iter().all(is_note) =>
            {
                match ty.kind {
                    TypeKind::Constant(_) => self.not_yet(ty),
                    _ => self.whole(ty),
                }
            }
            _ => self.whole(syntax),
        }
    }

    /// A type that stands alone.
    fn whole(&mut self, syntax: &TypeSyntax<'_>) -> Option<Type> {
        match &syntax.kind {
            // DSPy takes `None` for a type that was not given.
            TypeKind::Constant(Value::Null) => Some(Type::Str),
            TypeKind::Constant(Value::Text(_)) => {
                let fault = self.no_type(syntax);
                self.fault(fault.hint("types stand without quotes"))
            }
            TypeKind::Tuple(_) => {
                let fault = self.no_type(syntax);
                self.fault(fault.hint("write `tuple[...]`"))
            }
            TypeKind::Name(path) if words::is_constrained_int(path) => Some(Type::Int),
            TypeKind::Name(path) => match self.meaning(path) {
                Word::Container(container, Spelling::Typing) => {
                    self.lacks_parameters(container, syntax)
                }
                Word::NoWholeType => {
                    let fault = self.no_type(syntax);
                    self.fault(fault)
                }
                _ => self.name(path, syntax),
            },
            _ => self.inner(syntax),
        }
    }

    /// A type inside another, or the whole of it.
    fn inner(&mut self, syntax: &TypeSyntax<'_>) -> Option<Type> {
        match &syntax.kind {
            TypeKind::Name(path) => self.name(path, syntax),
            TypeKind::Generic(path, parameters) => self.generic(path, parameters, syntax),
            TypeKind::Union(members) => self.piped(members, syntax),
            // Python's own containers keep the constant, and prompts show it.
            TypeKind::Constant(Value::Null) => Some(words::Plain::Opaque("None", "None").ty()),
            // pydantic finds what a quoted name means where Python itself has the name.
            TypeKind::Constant(Value::Text(text)) => match words::builtin(text) {
                Word::Plain(plain) => Some(plain.ty()),
                _ => self.not_yet(syntax),
            },
            TypeKind::NotYet => self.not_yet(syntax),
            TypeKind::Limits => {
                let fault = self.no_type(syntax);
                self.fault(fault)
            }
            TypeKind::Tuple(_)
            | TypeKind::Constant(_)
            | TypeKind::Ellipsis
            | TypeKind::OtherConstant => {
                let fault = self.no_type(syntax);
                self.fault(fault)
            }
        }
    }

    fn meaning(&self, path: &[&str]) -> Word {
        match path {
            // Python would look for another name than the one that is written.
            _ if path.iter().any(|name| !name.is_ascii() && nfkc(name) != **name) => Word::NotYet,
            [name] if self.types.get(name).is_some() => Word::Own,
            // DSPy adds this name to those of `typing` only where the caller brings no types.
            ["NoneType"] if self.types.names().len() > 0 => Word::Unknown,
            [name] => words::word(name),
            // No class of the caller holds another, and no member of one is a type.
            [first, ..] if self.types.get(first).is_some() => Word::NoType,
            _ => words::dotted(path),
        }
    }

    fn name(&mut self, path: &[&str], syntax: &TypeSyntax<'_>) -> Option<Type> {
        match self.meaning(path) {
            Word::Own => path.first().and_then(|name| self.types.get(name)).cloned(),
            Word::Plain(plain) => Some(plain.ty()),
            Word::Container(container, Spelling::Builtin) => match container.bare() {
                Some(bare) => Some(bare),
                None if path == ["collections", "OrderedDict"] => {
                    Some(words::Plain::Opaque("collections.OrderedDict", "OrderedDict").ty())
                }
                None => self.not_yet(syntax),
            },
            Word::Optional | Word::Union | Word::Literal | Word::Annotated => {
                let text = self.text(syntax);
                let fault = SignatureFault::new(format!("`{text}` lacks its parameters"));
                self.fault(fault.at(syntax.span.clone()))
            }
            Word::NoType => {
                let fault = self.no_type(syntax);
                self.fault(fault)
            }
            Word::Container(..) | Word::NotYet | Word::NoWholeType => self.not_yet(syntax),
            Word::Unknown => self.unknown(syntax),
        }
    }

    /// What is written, on one line.
    fn text(&self, syntax: &TypeSyntax<'_>) -> String {
        let words: Vec<&str> = self.source[syntax.span.clone()].split_whitespace().collect();
        words.join(" ")
    }
}
