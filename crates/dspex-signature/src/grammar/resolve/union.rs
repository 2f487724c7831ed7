//! Unions: `Optional`, `Union`, `|`.

use super::Resolver;
use crate::{
    Type, Value,
    grammar::syntax::{TypeKind, TypeSyntax},
};

/// A member of a union, with what is written for it.
struct Member {
    ty: Type,
    text: String,
}

impl Resolver<'_> {
    pub(super) fn optional(
        &mut self,
        parameters: &[TypeSyntax<'_>],
        syntax: &TypeSyntax<'_>,
    ) -> Option<Type> {
        let [parameter] = parameters else { return self.takes(1, parameters.len(), syntax) };
        let mut members = self.members(parameter)?;
        members.push(Member { ty: Type::None, text: String::new() });
        self.united(members, syntax)
    }

    /// `Union[a, b, c]`
    pub(super) fn union(
        &mut self,
        parameters: &[TypeSyntax<'_>],
        syntax: &TypeSyntax<'_>,
    ) -> Option<Type> {
        let members = self.all_members(parameters)?;
        self.united(members, syntax)
    }

    /// `a | b | c`. DSPy takes two at a time from the left, and puts `NoneType` behind what it is
    /// united with; the constant `None` keeps its place.
    pub(super) fn piped(
        &mut self,
        parameters: &[TypeSyntax<'_>],
        syntax: &TypeSyntax<'_>,
    ) -> Option<Type> {
        let (first, rest) = parameters.split_first()?;
        let is_constant = matches!(first.kind, TypeKind::Constant(Value::Null));
        let mut members = self.members(first)?;
        let is_none_type = matches!(members.as_slice(), [Member { ty: Type::None, .. }]);
        members.extend(self.all_members(rest)?);
        if is_none_type && !is_constant && members.len() > 1 {
            members.swap(0, 1);
        }
        self.united(members, syntax)
    }

    fn all_members(&mut self, syntaxes: &[TypeSyntax<'_>]) -> Option<Vec<Member>> {
        let mut all = Some(Vec::new());
        for syntax in syntaxes {
            let members = self.members(syntax);
            all = all.zip(members).map(|(mut all, members)| {
                all.extend(members);
                all
            });
        }
        all
    }

    /// What a type adds to a union: its own members, or itself.
    fn members(&mut self, syntax: &TypeSyntax<'_>) -> Option<Vec<Member>> {
        let ty = match &syntax.kind {
            TypeKind::Constant(Value::Null) => Type::None,
            _ => self.inner(syntax)?,
        };
        let text = self.text(syntax);
        let types = ty.into_members();
        // What is written for the members of a nested union is not looked for.
        let text = if types.len() > 1 { String::new() } else { text };
        Some(types.into_iter().map(|ty| Member { ty, text: text.clone() }).collect())
    }

    fn united(&mut self, members: Vec<Member>, syntax: &TypeSyntax<'_>) -> Option<Type> {
        let mut distinct: Vec<Member> = Vec::new();
        for member in members {
            match distinct.iter().find(|known| same(&known.ty, &member.ty)) {
                // Whether Python finds two containers equal depends on how each is spelled.
                Some(known)
                    if has_parameters(&member.ty)
                        && (known.text != member.text || known.text.is_empty()) =>
                {
                    return self.not_yet(syntax);
                }
                Some(_) => {}
                None => distinct.push(member),
            }
        }
        Some(Type::union(distinct.into_iter().map(|member| member.ty)))
    }
}

/// Whether Python finds two types equal; the members of two literals in any order are.
fn same(one: &Type, other: &Type) -> bool {
    match (one, other) {
        (Type::Literal(one), Type::Literal(other)) => {
            one.len() == other.len() && one.iter().all(|member| other.contains(member))
        }
        _ => one == other,
    }
}

fn has_parameters(ty: &Type) -> bool {
    ty.parts().next().is_some() || matches!(ty, Type::Tuple(_))
}
