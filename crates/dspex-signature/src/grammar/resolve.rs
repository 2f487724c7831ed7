//! From what is written to what it means: names become types.

use super::{
    TypeTable,
    syntax::{FieldSyntax, TypeKind, TypeSyntax},
    words::{self, Spelling, Word},
};
use crate::{Field, Side, SignatureFault, Type, Value, nearest, signature::name_fault};

/// Makes a field; `None` after a fault.
pub(super) fn field(
    syntax: &FieldSyntax<'_>,
    side: Side,
    source: &str,
    types: &TypeTable,
    faults: &mut Vec<SignatureFault>,
) -> Option<Field> {
    let n_faults = faults.len();
    faults.extend(name_fault(syntax.name).map(|fault| fault.at(syntax.name_span.clone())));
    let ty = match &syntax.ty {
        None => Some(Type::Str),
        Some(ty) => {
            let subject = format!("{side} field `{}` has ", syntax.name);
            Resolver { subject: &subject, source, types, faults }.whole(ty)
        }
    };
    ty.filter(|_| faults.len() == n_faults).map(|ty| Field::new(syntax.name, ty))
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

struct Resolver<'a> {
    /// How a message about a type begins: "output field `answer` has ", or nothing.
    subject: &'a str,
    source: &'a str,
    types: &'a TypeTable,
    faults: &'a mut Vec<SignatureFault>,
}

/// A member of a union, in which `None` is not a type of its own.
#[derive(PartialEq)]
enum Member {
    None,
    Type(Type),
}

/// Each method gives `None` after it noted a fault.
impl Resolver<'_> {
    /// The type of a field.
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
            TypeKind::Name(path)
                if matches!(
                    self.meaning(path),
                    Word::List(Spelling::Typing) | Word::Dict(Spelling::Typing)
                ) =>
            {
                let text = self.text(syntax);
                let fault = SignatureFault::new(format!("`{text}` lacks its parameters"));
                let example = if text.ends_with("Dict") { "[str, Any]" } else { "[str]" };
                self.fault(fault.at(syntax.span.clone()).hint(format!("write `{text}{example}`")))
            }
            _ => self.inner(syntax),
        }
    }

    /// A type inside another, or the whole of it.
    fn inner(&mut self, syntax: &TypeSyntax<'_>) -> Option<Type> {
        match &syntax.kind {
            TypeKind::Name(path) => self.name(path, syntax),
            TypeKind::Generic(path, parameters) => self.generic(path, parameters, syntax),
            TypeKind::Union(members) => {
                let members = self.members(members)?;
                self.union(members, syntax)
            }
            TypeKind::Constant(Value::Null | Value::Text(_)) | TypeKind::NotYet => {
                self.not_yet(syntax)
            }
            TypeKind::Tuple(_) | TypeKind::Constant(_) | TypeKind::OtherConstant => {
                let fault = self.no_type(syntax);
                self.fault(fault)
            }
        }
    }

    fn meaning(&self, path: &[&str]) -> Word {
        match path {
            [name] if self.types.get(name).is_some() => Word::Own,
            [name] => words::word(name),
            ["typing", name] => words::typing(name),
            ["builtins", name] => words::builtin(name),
            // What other modules hold only Python knows.
            _ => Word::NotYet,
        }
    }

    fn name(&mut self, path: &[&str], syntax: &TypeSyntax<'_>) -> Option<Type> {
        match self.meaning(path) {
            Word::Own => path.first().and_then(|name| self.types.get(name)).cloned(),
            Word::Plain(plain) => Some(plain.ty()),
            Word::List(_) | Word::Dict(_) | Word::NotYet => self.not_yet(syntax),
            Word::Optional | Word::Union | Word::Literal => {
                let text = self.text(syntax);
                let fault = SignatureFault::new(format!("`{text}` lacks its parameters"));
                self.fault(fault.at(syntax.span.clone()))
            }
            Word::Unknown => self.unknown(syntax),
        }
    }

    fn generic(
        &mut self,
        path: &[&str],
        parameters: &[TypeSyntax<'_>],
        syntax: &TypeSyntax<'_>,
    ) -> Option<Type> {
        match self.meaning(path) {
            Word::Own | Word::Plain(_) => self.takes_none(path, syntax),
            Word::Unknown => self.unknown_generic(path, syntax),
            Word::Literal => self.literal(parameters, syntax),
            Word::Optional => self.optional(parameters, syntax),
            Word::Union if parameters.is_empty() => self.takes(1, 0, syntax),
            Word::Union => {
                let members = self.members(parameters)?;
                self.union(members, syntax)
            }
            Word::List(spelling) => match parameters {
                [item] => self.inner(item).map(Type::list),
                _ => self.wrong_count(spelling, 1, parameters, syntax),
            },
            Word::Dict(spelling) => match parameters {
                [key, value] => {
                    let (key, value) = (self.inner(key), self.inner(value));
                    Some(Type::dict(key?, value?))
                }
                // Python's own `dict` refuses one parameter as `Dict` does, but takes three.
                [_] => self.takes(2, 1, syntax),
                _ => self.wrong_count(spelling, 2, parameters, syntax),
            },
            Word::NotYet => {
                self.check_names(parameters);
                self.not_yet(syntax)
            }
        }
    }

    fn optional(&mut self, parameters: &[TypeSyntax<'_>], syntax: &TypeSyntax<'_>) -> Option<Type> {
        let [parameter] = parameters else { return self.takes(1, parameters.len(), syntax) };
        let mut members = self.members(std::slice::from_ref(parameter))?;
        members.push(Member::None);
        self.union(members, syntax)
    }

    /// The members of a union, nested ones in place.
    fn members(&mut self, syntaxes: &[TypeSyntax<'_>]) -> Option<Vec<Member>> {
        let mut members = Some(Vec::new());
        for syntax in syntaxes {
            let found = match &syntax.kind {
                TypeKind::Constant(Value::Null) => Some(vec![Member::None]),
                TypeKind::Union(inner) => self.members(inner),
                _ => self.inner(syntax).map(|ty| match ty {
                    Type::Optional(inner) => vec![Member::Type(*inner), Member::None],
                    other => vec![Member::Type(other)],
                }),
            };
            members = members.zip(found).map(|(mut members, found)| {
                members.extend(found);
                members
            });
        }
        members
    }

    fn union(&mut self, members: Vec<Member>, syntax: &TypeSyntax<'_>) -> Option<Type> {
        let mut distinct: Vec<Member> = Vec::new();
        for member in members {
            match distinct.contains(&member) {
                // Whether Python finds two containers equal depends on how each is spelled.
                true if matches!(member, Member::Type(Type::List(_) | Type::Dict(..))) => {
                    return self.not_yet(syntax);
                }
                true => {}
                false => distinct.push(member),
            }
        }
        match (distinct.pop(), distinct.pop(), distinct.is_empty()) {
            (Some(Member::Type(only)), None, _) => Some(only),
            (Some(Member::None), Some(Member::Type(ty)), true) => Some(Type::optional(ty)),
            // Unions of several types, and those whose `None` comes first.
            _ => self.not_yet(syntax),
        }
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
    fn check_names(&mut self, parameters: &[TypeSyntax<'_>]) {
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

    /// What is written, on one line.
    fn text(&self, syntax: &TypeSyntax<'_>) -> String {
        let words: Vec<&str> = self.source[syntax.span.clone()].split_whitespace().collect();
        words.join(" ")
    }

    fn fault<T>(&mut self, fault: SignatureFault) -> Option<T> {
        self.faults.push(fault);
        None
    }

    fn no_type(&self, syntax: &TypeSyntax<'_>) -> SignatureFault {
        let message = format!("`{}` is not a type", self.text(syntax));
        SignatureFault::new(message).at(syntax.span.clone())
    }

    fn not_yet<T>(&mut self, syntax: &TypeSyntax<'_>) -> Option<T> {
        let (subject, text) = (self.subject, self.text(syntax));
        let message = match subject {
            "" => format!("type `{text}` is not supported yet"),
            _ => format!("{subject}type `{text}`, which is not supported yet"),
        };
        let fault = SignatureFault::unsupported(message).at(syntax.span.clone());
        self.fault(match text.as_str() {
            "list" | "List" => fault.hint("name the type of the items: `list[str]`"),
            "dict" | "Dict" => fault.hint("name the types of keys and values: `dict[str, Any]`"),
            _ => fault,
        })
    }

    fn unknown<T>(&mut self, syntax: &TypeSyntax<'_>) -> Option<T> {
        let text = self.text(syntax);
        let fault = SignatureFault::new(format!("{}unknown type `{text}`", self.subject));
        let hint = self.unknown_hint(&text);
        self.fault(fault.at(syntax.span.clone()).hint(hint))
    }

    fn unknown_generic<T>(&mut self, path: &[&str], syntax: &TypeSyntax<'_>) -> Option<T> {
        let name = path.join(".");
        let message = format!("{}unknown type `{name}[...]`", self.subject);
        let hint = self.unknown_hint(&name);
        self.fault(SignatureFault::new(message).at(syntax.span.clone()).hint(hint))
    }

    fn unknown_hint(&self, name: &str) -> String {
        if matches!(name, "number" | "Number") {
            return "write `int` or `float`".to_owned();
        }
        if let Some(meant) = words::meant(name) {
            return format!("write `{meant}`");
        }
        let candidates: Vec<&str> = self.types.names().chain(words::PROPOSED).collect();
        match nearest(name, &candidates) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                let own: String = self.types.names().map(|name| format!(", `{name}`")).collect();
                format!(
                    "known types are `str`, `int`, `float`, `bool`, `Any`, `list[...]`, \
                     `dict[..., ...]`, `Optional[...]`, `Literal[...]`{own}"
                )
            }
        }
    }

    fn takes_none<T>(&mut self, path: &[&str], syntax: &TypeSyntax<'_>) -> Option<T> {
        let message = format!("type `{}` takes no parameters", path.join("."));
        self.fault(SignatureFault::new(message).at(syntax.span.clone()))
    }

    fn takes<T>(&mut self, n_wanted: usize, n_found: usize, syntax: &TypeSyntax<'_>) -> Option<T> {
        let text = self.text(syntax);
        let name = text.split('[').next().unwrap_or_default();
        let wanted = if n_wanted == 1 { "one parameter" } else { "two parameters" };
        let message = format!("`{name}` takes {wanted}, found {n_found}");
        self.fault(SignatureFault::new(message).at(syntax.span.clone()))
    }

    /// A wrong number of parameters, which Python's own containers take and `typing`'s refuse.
    fn wrong_count<T>(
        &mut self,
        spelling: Spelling,
        n_wanted: usize,
        parameters: &[TypeSyntax<'_>],
        syntax: &TypeSyntax<'_>,
    ) -> Option<T> {
        match spelling {
            Spelling::Typing => self.takes(n_wanted, parameters.len(), syntax),
            Spelling::Builtin => {
                self.check_names(parameters);
                self.not_yet(syntax)
            }
        }
    }
}
