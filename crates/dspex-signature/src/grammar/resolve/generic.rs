//! Types with parameters.

use super::Resolver;
use crate::{
    OpaqueType, SignatureFault, Type,
    grammar::{
        syntax::{TypeKind, TypeSyntax},
        words::{self, Container, Plain, Spelling, Word},
    },
    types::{Collection, Mapping},
};

impl Resolver<'_> {
    pub(super) fn generic(
        &mut self,
        path: &[&str],
        parameters: &[TypeSyntax<'_>],
        syntax: &TypeSyntax<'_>,
    ) -> Option<Type> {
        match self.meaning(path) {
            // `dspy.Code["python"]` is a class of its own.
            Word::Plain(Plain::Opaque(..)) => self.not_yet(syntax),
            Word::Own | Word::Plain(_) | Word::NoType => self.takes_none(path, syntax),
            Word::Unknown => self.unknown_generic(path, syntax),
            Word::Literal => self.literal(parameters, syntax),
            Word::Optional => self.optional(parameters, syntax),
            Word::Union if parameters.is_empty() => self.takes(1, 0, syntax),
            Word::Union => self.union(parameters, syntax),
            Word::Container(container, spelling) => {
                self.container(container, spelling, parameters, syntax)
            }
            Word::Annotated if parameters.len() == 1 => {
                let message = "`Annotated` takes a type and notes on it, found 1 parameter";
                self.fault(SignatureFault::new(message).at(syntax.span.clone()))
            }
            // DSPy hands them a tuple of one, which `typing` refuses.
            Word::NotYet if matches!(path, ["ClassVar" | "Final" | "Self"]) => {
                self.takes_none(path, syntax)
            }
            Word::NotYet | Word::NoWholeType if words::is_opaque_generic(path) => {
                let [parameter] = parameters else { return self.not_yet(syntax) };
                let parameter = self.inner(parameter)?;
                let prompt_name = words::opaque_generic_name(path);
                let class = OpaqueType::new(format!("{}[{parameter}]", path.join(".")))
                    .with_prompt_name(format!("{prompt_name}[{}]", parameter.prompt_name()));
                Some(Type::Opaque(class.into()))
            }
            Word::NotYet | Word::NoWholeType | Word::Annotated => {
                self.check_names(parameters);
                self.not_yet(syntax)
            }
        }
    }

    fn container(
        &mut self,
        container: Container,
        spelling: Spelling,
        parameters: &[TypeSyntax<'_>],
        syntax: &TypeSyntax<'_>,
    ) -> Option<Type> {
        match (container, parameters) {
            (Container::Tuple, _) => self.tuple(spelling, parameters),
            (Container::List, [item]) => self.parameter(spelling, item).map(Type::list),
            (Container::Collection(kind), [item]) => {
                let item = self.parameter(spelling, item)?;
                Some(Type::Collection(kind, Box::new(item)))
            }
            (Container::Mapping(Mapping::Counter), [key]) => {
                let key = self.parameter(spelling, key)?;
                Some(Type::Mapping(Mapping::Counter, Box::new(key), Box::new(Type::Int)))
            }
            (Container::Dict | Container::Mapping(_), [key, value]) => {
                let key = self.parameter(spelling, key);
                let value = self.parameter(spelling, value);
                match container {
                    Container::Mapping(Mapping::Counter) => self.takes(1, 2, syntax),
                    Container::Mapping(kind) => {
                        Some(Type::Mapping(kind, Box::new(key?), Box::new(value?)))
                    }
                    _ => Some(Type::dict(key?, value?)),
                }
            }
            // Python's own `dict` refuses one parameter as `Dict` does, but takes three.
            (Container::Dict | Container::Mapping(_), [_]) => self.takes(2, 1, syntax),
            (Container::Dict | Container::Mapping(_), _) => {
                self.wrong_count(spelling, 2, parameters, syntax)
            }
            (Container::List | Container::Collection(_), _) => {
                self.wrong_count(spelling, 1, parameters, syntax)
            }
        }
    }

    /// A parameter; `typing` makes `NoneType` of `None`, Python's own containers keep it.
    fn parameter(&mut self, spelling: Spelling, syntax: &TypeSyntax<'_>) -> Option<Type> {
        match (&syntax.kind, spelling) {
            (TypeKind::Constant(crate::Value::Null), Spelling::Typing) => Some(Type::None),
            _ => self.inner(syntax),
        }
    }

    /// `tuple[A, B]`, `tuple[T, ...]`, `tuple[()]`.
    fn tuple(&mut self, spelling: Spelling, parameters: &[TypeSyntax<'_>]) -> Option<Type> {
        if let [item, TypeSyntax { kind: TypeKind::Ellipsis, .. }] = parameters {
            let item = self.parameter(spelling, item)?;
            return Some(Type::Collection(Collection::Tuple, Box::new(item)));
        }
        let mut items = Some(Vec::with_capacity(parameters.len()));
        for parameter in parameters {
            let item = self.parameter(spelling, parameter);
            items = items.zip(item).map(|(mut items, item)| {
                items.push(item);
                items
            });
        }
        items.map(Type::Tuple)
    }

    fn literal(&mut self, parameters: &[TypeSyntax<'_>], syntax: &TypeSyntax<'_>) -> Option<Type> {
        if parameters.is_empty() {
            return self.takes(1, 0, syntax);
        }
        let mut members = Vec::new();
        for parameter in parameters {
            let found = match &parameter.kind {
                TypeKind::Constant(value) => vec![value.clone()],
                TypeKind::Generic(path, inner) if self.meaning(path) == Word::Literal => {
                    match self.literal(inner, parameter)? {
                        Type::Literal(members) => members,
                        _ => continue,
                    }
                }
                TypeKind::Name(path) if self.meaning(path) == Word::Unknown => {
                    let text = self.text(parameter);
                    let fault =
                        SignatureFault::new(format!("member `{text}` of `Literal` is no constant"));
                    return self
                        .fault(fault.at(parameter.span.clone()).hint(format!("write `'{text}'`")));
                }
                _ => return self.not_yet(parameter),
            };
            for member in found {
                if !members.contains(&member) {
                    members.push(member);
                }
            }
        }
        Some(Type::Literal(members))
    }

    /// Notes unknown names among the parameters of a type that is itself not supported.
    pub(super) fn check_names(&mut self, parameters: &[TypeSyntax<'_>]) {
        for parameter in parameters {
            match &parameter.kind {
                TypeKind::Name(path) if self.meaning(path) == Word::Unknown => {
                    let _: Option<()> = self.unknown(parameter);
                }
                TypeKind::Generic(_, inner) | TypeKind::Union(inner) | TypeKind::Tuple(inner) => {
                    self.check_names(inner);
                }
                _ => {}
            }
        }
    }
}
