//! What is wrong with a type, and what to do about it.

use super::Resolver;
use crate::{
    SignatureFault, Type,
    grammar::{
        syntax::TypeSyntax,
        words::{self, Container, Spelling},
    },
    nearest,
};

impl Resolver<'_> {
    pub(super) fn fault<T>(&mut self, fault: SignatureFault) -> Option<T> {
        self.faults.push(fault);
        None
    }

    pub(super) fn no_type(&self, syntax: &TypeSyntax<'_>) -> SignatureFault {
        let message = format!("`{}` is not a type", self.text(syntax));
        SignatureFault::new(message).at(syntax.span.clone())
    }

    pub(super) fn not_yet<T>(&mut self, syntax: &TypeSyntax<'_>) -> Option<T> {
        let (subject, text) = (self.subject, self.text(syntax));
        let message = match subject {
            "" => format!("type `{text}` is not supported yet"),
            _ => format!("{subject}type `{text}`, which is not supported yet"),
        };
        let fault = SignatureFault::unsupported(message).at(syntax.span.clone());
        self.fault(match text.as_str() {
            "date" | "datetime" | "time" | "timedelta" => {
                fault.hint(format!("write `datetime.{text}`"))
            }
            "Decimal" => fault.hint("write `decimal.Decimal`"),
            "UUID" => fault.hint("write `uuid.UUID`"),
            _ => fault,
        })
    }

    pub(super) fn unknown<T>(&mut self, syntax: &TypeSyntax<'_>) -> Option<T> {
        let text = self.text(syntax);
        let fault = SignatureFault::new(format!("{}unknown type `{text}`", self.subject));
        let hint = self.unknown_hint(&text);
        self.fault(fault.at(syntax.span.clone()).hint(hint))
    }

    pub(super) fn unknown_generic<T>(
        &mut self,
        path: &[&str],
        syntax: &TypeSyntax<'_>,
    ) -> Option<T> {
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
                     `dict[..., ...]`, `tuple[...]`, `set[...]`, `Optional[...]`, \
                     `Union[...]`, `Literal[...]`{own}"
                )
            }
        }
    }

    pub(super) fn takes_none<T>(&mut self, path: &[&str], syntax: &TypeSyntax<'_>) -> Option<T> {
        let message = format!("type `{}` takes no parameters", path.join("."));
        self.fault(SignatureFault::new(message).at(syntax.span.clone()))
    }

    pub(super) fn takes<T>(
        &mut self,
        n_wanted: usize,
        n_found: usize,
        syntax: &TypeSyntax<'_>,
    ) -> Option<T> {
        let text = self.text(syntax);
        let name = text.split('[').next().unwrap_or_default();
        let wanted = if n_wanted == 1 { "one parameter" } else { "two parameters" };
        let message = format!("`{name}` takes {wanted}, found {n_found}");
        self.fault(SignatureFault::new(message).at(syntax.span.clone()))
    }

    /// A container of `typing` that stands as a whole field without its parameters.
    pub(super) fn lacks_parameters(
        &mut self,
        container: Container,
        syntax: &TypeSyntax<'_>,
    ) -> Option<Type> {
        let text = self.text(syntax);
        let fault = SignatureFault::new(format!("`{text}` lacks its parameters"));
        let example = match container {
            Container::Dict | Container::Mapping(_) => "[str, Any]",
            Container::Tuple => "[int, str]",
            _ => "[str]",
        };
        self.fault(fault.at(syntax.span.clone()).hint(format!("write `{text}{example}`")))
    }

    /// A wrong number of parameters, which Python's own containers take and `typing`'s refuse.
    pub(super) fn wrong_count<T>(
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
