//! Types: names, parameters, unions, constants.

use std::ops::Range;

use super::{MAX_DEPTH, Parse, Parser};
use crate::{
    Constraints, SignatureFault, Value,
    grammar::{
        lexer::Kind,
        syntax::{TypeKind, TypeSyntax},
    },
    signature::is_keyword,
};

impl<'s> Parser<'s, '_> {
    /// `a | b | c`
    pub(super) fn union(&mut self) -> Parse<TypeSyntax<'s>> {
        self.depth += 1;
        let start = self.token().span.start;
        if self.depth > MAX_DEPTH {
            let message = format!("types nested deeper than {MAX_DEPTH} are not supported yet");
            return Err(SignatureFault::unsupported(message).at(self.token().span.clone()));
        }
        let mut members = vec![self.parametrised()?];
        while self.take_symbol('|') {
            members.push(self.parametrised()?);
        }
        self.depth -= 1;
        Ok(match (members.pop(), members.is_empty()) {
            (Some(only), true) => only,
            (last, _) => {
                members.extend(last);
                TypeSyntax { kind: TypeKind::Union(members), span: self.since(start) }
            }
        })
    }

    /// A type with what follows it: `[...]`, `(...)`.
    fn parametrised(&mut self) -> Parse<TypeSyntax<'s>> {
        let mut ty = self.primary()?;
        loop {
            let open = self.token().span.clone();
            match self.peek() {
                Kind::Symbol('[') => {
                    self.advance();
                    let parameters = self.parameters(open.clone())?;
                    ty.kind = match ty.kind {
                        TypeKind::Name(path) => TypeKind::Generic(path, parameters),
                        TypeKind::Constant(_)
                        | TypeKind::Ellipsis
                        | TypeKind::OtherConstant
                        | TypeKind::Tuple(_) => {
                            let text = &self.source[ty.span];
                            let message = format!("`{text}` takes no parameters");
                            return Err(SignatureFault::new(message).at(open));
                        }
                        _ => TypeKind::NotYet,
                    };
                }
                Kind::Symbol('(') => {
                    if !matches!(&ty.kind, TypeKind::Name(path) if path[..] == ["Field"]) {
                        return Err(self.unexpected("a type").hint("a type is not called"));
                    }
                    let start = self.position;
                    self.skip_call()?;
                    ty.kind = match self.are_limits(start + 1..self.position - 1) {
                        true => TypeKind::Limits,
                        false => TypeKind::NotYet,
                    };
                }
                Kind::Symbol('.') => {
                    // Names have taken their dots; this is an attribute of something else.
                    self.advance();
                    let Kind::Name(_) = self.peek() else {
                        return Err(self.unexpected("a name after `.`"));
                    };
                    self.advance();
                    ty.kind = TypeKind::NotYet;
                }
                _ => return Ok(ty),
            }
            ty.span = self.since(ty.span.start);
        }
    }

    fn parameters(&mut self, open: Range<usize>) -> Parse<Vec<TypeSyntax<'s>>> {
        if *self.peek() == Kind::Symbol(']') {
            let fault = SignatureFault::new("nothing stands between `[` and `]`");
            return Err(fault
                .at(open.start..self.token().span.end)
                .hint("name the type of the items: `list[str]`"));
        }
        let mut parameters = self.types_until(']', open)?;
        // `x[(a, b)]` is `x[a, b]` to Python.
        if let [TypeSyntax { kind: TypeKind::Tuple(inner), .. }] = &mut parameters[..] {
            parameters = std::mem::take(inner);
        }
        Ok(parameters)
    }

    /// Types parted by commas, up to and with `close`.
    fn types_until(&mut self, close: char, open: Range<usize>) -> Parse<Vec<TypeSyntax<'s>>> {
        let mut types = Vec::new();
        loop {
            if self.take_symbol(close) {
                return Ok(types);
            }
            if *self.peek() != Kind::End {
                types.push(self.union()?);
            }
            if matches!(self.peek(), Kind::End | Kind::Symbol(':' | '=')) {
                let bracket = &self.source[open.clone()];
                let fault = SignatureFault::new(format!("`{bracket}` is never closed"));
                return Err(fault.at(open));
            }
            if !self.take_symbol(',') && *self.peek() != Kind::Symbol(close) {
                return Err(self.unexpected(&format!("`,` or `{close}`")));
            }
        }
    }

    fn primary(&mut self) -> Parse<TypeSyntax<'s>> {
        let token = self.token();
        let start = token.span.start;
        let kind = match &token.kind {
            Kind::Name("None") => TypeKind::Constant(Value::Null),
            Kind::Name("True") => TypeKind::Constant(Value::Bool(true)),
            Kind::Name("False") => TypeKind::Constant(Value::Bool(false)),
            Kind::Name(word) if is_keyword(word) => return Err(self.unexpected("a type")),
            Kind::Name(name) => {
                self.advance();
                let path = self.path(name)?;
                return Ok(TypeSyntax { kind: TypeKind::Name(path), span: self.since(start) });
            }
            Kind::Number(number) => TypeKind::Constant(number.clone()),
            Kind::Ellipsis => TypeKind::Ellipsis,
            Kind::OtherNumber | Kind::Bytes => TypeKind::OtherConstant,
            Kind::Text(_) => {
                let text = self.text()?;
                let kind = TypeKind::Constant(Value::Text(text));
                return Ok(TypeSyntax { kind, span: self.since(start) });
            }
            Kind::Symbol('(') => return self.parenthesised(),
            Kind::Symbol('-' | '+') => {
                let hint = "DSPy reads no signed numbers in the text of a signature";
                return Err(self.unexpected("a type").hint(hint));
            }
            Kind::Symbol('[') => return Err(self.unexpected("a type").hint("write `list[...]`")),
            Kind::Symbol('{') => {
                return Err(self.unexpected("a type").hint("write `dict[..., ...]`"));
            }
            _ => return Err(self.unexpected("a type")),
        };
        self.advance();
        Ok(TypeSyntax { kind, span: self.since(start) })
    }

    fn path(&mut self, first: &'s str) -> Parse<Vec<&'s str>> {
        let mut path = vec![first];
        while self.take_symbol('.') {
            let Kind::Name(name) = self.peek() else {
                return Err(self.unexpected("a name after `.`"));
            };
            path.push(name);
            self.advance();
        }
        Ok(path)
    }

    /// Strings that stand beside each other are one.
    fn text(&mut self) -> Parse<String> {
        let mut text = String::new();
        loop {
            match self.peek() {
                Kind::Text(part) => text.push_str(part),
                Kind::Bytes | Kind::Bad(_) => return Err(self.unexpected("a string")),
                _ => return Ok(text),
            }
            self.advance();
        }
    }

    /// `(T)` is `T`; `(T,)` and `(T, U)` are tuples.
    fn parenthesised(&mut self) -> Parse<TypeSyntax<'s>> {
        let open = self.token().span.clone();
        self.advance();
        let mut types = self.types_until(')', open.clone())?;
        let has_comma = self.tokens[self.position - 2].kind == Kind::Symbol(',');
        let span = self.since(open.start);
        match types.pop() {
            Some(only) if types.is_empty() && !has_comma => Ok(TypeSyntax { span, ..only }),
            last => {
                types.extend(last);
                Ok(TypeSyntax { kind: TypeKind::Tuple(types), span })
            }
        }
    }

    /// Whether tokens are keyword arguments that limit values, each with a number.
    fn are_limits(&self, tokens: Range<usize>) -> bool {
        self.tokens[tokens].split(|token| token.kind == Kind::Symbol(',')).all(|argument| {
            let kinds: Vec<_> = argument.iter().map(|token| &token.kind).collect();
            match kinds.as_slice() {
                [] => true,
                [Kind::Name(name), Kind::Symbol('='), Kind::Number(_)] => {
                    Constraints::NAMES.contains(name)
                }
                _ => false,
            }
        })
    }

    /// Passes over the balanced parentheses of a call.
    fn skip_call(&mut self) -> Parse<()> {
        let open = self.token().span.clone();
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                Kind::Symbol('(' | '[' | '{') => depth += 1,
                Kind::Symbol(')' | ']' | '}') => depth -= 1,
                Kind::Bad(fault) => return Err((**fault).clone()),
                Kind::End => return Err(SignatureFault::new("`(` is never closed").at(open)),
                _ => {}
            }
            self.advance();
            if depth == 0 {
                return Ok(());
            }
        }
    }
}
