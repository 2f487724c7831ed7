//! Recursive descent over the tokens of one side.

use std::ops::Range;

use super::{
    lexer::{Kind, Token},
    syntax::{FieldSyntax, TypeKind, TypeSyntax},
};
use crate::{FaultKind, SignatureFault, Value, signature::is_keyword};

/// How deep brackets may nest; CPython stops at 200, well before its stack ends.
const MAX_DEPTH: usize = 60;

type Parse<T> = Result<T, SignatureFault>;

/// Reads the fields of one side; faults go to `faults`, and reading goes on with the next field.
pub(super) fn fields<'s>(
    source: &'s str,
    tokens: &[Token<'s>],
    faults: &mut Vec<SignatureFault>,
) -> Vec<FieldSyntax<'s>> {
    let mut parser = Parser { source, tokens, position: 0, depth: 0, has_default: false };
    let mut fields = Vec::new();
    while parser.peek() != &Kind::End {
        let start = parser.position;
        match parser.field() {
            Ok(field) => fields.push(field),
            Err(fault) => {
                // Past something that only Python can read, commas no longer tell fields apart.
                let goes_on = fault.kind == FaultKind::Refused;
                faults.push(fault);
                if !goes_on {
                    break;
                }
                parser.depth = 0;
                parser.skip_field(start);
            }
        }
        parser.take_symbol(',');
    }
    fields
}

/// Reads one type that stands alone.
pub(super) fn whole_type<'s>(source: &'s str, tokens: &[Token<'s>]) -> Parse<TypeSyntax<'s>> {
    let mut parser = Parser { source, tokens, position: 0, depth: 0, has_default: false };
    let ty = parser.union()?;
    match parser.peek() {
        Kind::End => Ok(ty),
        _ => Err(parser.unexpected("the end of the type")),
    }
}

struct Parser<'s, 't> {
    source: &'s str,
    tokens: &'t [Token<'s>],
    position: usize,
    depth: usize,
    /// Whether a field before this one has a default.
    has_default: bool,
}

impl<'s, 't> Parser<'s, 't> {
    fn token(&self) -> &'t Token<'s> {
        // The last token is the end, which is never passed.
        &self.tokens[self.position.min(self.tokens.len() - 1)]
    }

    fn peek(&self) -> &'t Kind<'s> {
        &self.token().kind
    }

    fn advance(&mut self) {
        self.position = (self.position + 1).min(self.tokens.len() - 1);
    }

    fn take_symbol(&mut self, symbol: char) -> bool {
        let takes = *self.peek() == Kind::Symbol(symbol);
        if takes {
            self.advance();
        }
        takes
    }

    fn since(&self, start: usize) -> Range<usize> {
        let end = self.tokens[self.position.saturating_sub(1)].span.end;
        start..end.max(start)
    }

    /// The fault of a token that cannot stand here.
    fn unexpected(&self, expected: &str) -> SignatureFault {
        let token = self.token();
        if let Kind::Bad(fault) = &token.kind {
            return (**fault).clone();
        }
        let found = match &token.kind {
            Kind::End => "the end".to_owned(),
            _ => format!("`{}`", &self.source[token.span.clone()]),
        };
        let message = format!("expected {expected}, found {found}");
        SignatureFault::new(message).at(token.span.clone())
    }

    /// Goes to the comma after the field that began at token `start`, or to the end.
    fn skip_field(&mut self, start: usize) {
        self.position = start;
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                Kind::End => return,
                Kind::Symbol(',') if depth == 0 => return,
                // Angle brackets too, so that `List<int, str>` is one fault.
                Kind::Symbol('(' | '[' | '{' | '<') => depth += 1,
                Kind::Symbol(')' | ']' | '}' | '>') => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.advance();
        }
    }

    fn field(&mut self) -> Parse<FieldSyntax<'s>> {
        let (name, name_span) = self.field_name()?;
        let ty = if self.take_symbol(':') {
            if matches!(self.peek(), Kind::Symbol(',' | '=') | Kind::End) {
                let fault = SignatureFault::new(format!("field `{name}` has no type after `:`"));
                return Err(fault.at(name_span).hint("without `:` a field is a `str`"));
            }
            Some(self.union()?)
        } else {
            None
        };
        if self.take_symbol('=') {
            self.default(name, &name_span)?;
        } else if self.has_default {
            let message = format!("field `{name}` has no default, but one before it has");
            return Err(SignatureFault::new(message)
                .at(name_span)
                .hint("move the fields with defaults to the end"));
        }
        match self.peek() {
            Kind::Symbol(',') | Kind::End => Ok(FieldSyntax { name, name_span, ty }),
            _ => Err(self.after_field(name, ty.as_ref())),
        }
    }

    fn field_name(&mut self) -> Parse<(&'s str, Range<usize>)> {
        let token = self.token();
        let fault = |message: String| SignatureFault::new(message).at(token.span.clone());
        match &token.kind {
            Kind::Name(name) if is_keyword(name) => {
                let message = format!("`{name}` is a keyword of Python and cannot name a field");
                Err(fault(message).hint(format!("write `{name}_`")))
            }
            Kind::Name(name) => {
                self.advance();
                Ok((name, token.span.clone()))
            }
            Kind::Text(_) => {
                let text = &self.source[token.span.clone()];
                Err(fault(format!("{text} is a string, not a field name"))
                    .hint("field names stand without quotes"))
            }
            Kind::Symbol('*' | '/') => Err(SignatureFault {
                kind: FaultKind::Unsupported,
                ..fault("`*` and `/` among fields are not supported yet".to_owned())
            }
            .hint("name each field")),
            _ => Err(self.unexpected("a field name")),
        }
    }

    /// The fault of what stands after a whole field.
    fn after_field(&self, name: &str, ty: Option<&TypeSyntax<'s>>) -> SignatureFault {
        let token = self.token();
        let next = &self.source[token.span.clone()];
        let expected = match ty {
            None => format!("`,`, `:` or `->` after field `{name}`"),
            Some(ty) => format!("`,` or `->` after type `{}`", &self.source[ty.span.clone()]),
        };
        let fault = self.unexpected(&expected);
        let follows = self.tokens.get(self.position + 1).map(|token| &token.kind);
        match (&token.kind, ty) {
            (Kind::Name(word), None) => fault.hint(format!(
                "a name is one word: `{name}_{word}`; fields are parted by commas: `{name}, {word}`"
            )),
            (Kind::Symbol('-'), None) if matches!(follows, Some(Kind::Name(_))) => {
                let Some(Kind::Name(word)) = follows else { return fault };
                fault.hint(format!("write `{name}_{word}`"))
            }
            (Kind::Symbol(';' | '|'), None) => fault.hint("fields are parted by commas"),
            (Kind::Symbol('<'), Some(_)) => {
                fault.hint("parameters stand in square brackets: `list[int]`")
            }
            (Kind::Name("or"), Some(_)) => fault.hint("write `|` between types"),
            (Kind::Name(word), Some(_)) => {
                fault.hint(format!("fields are parted by commas: `, {word}`"))
            }
            (Kind::Symbol(')'), _) if self.source[token.span.end..].contains(':') => {
                // Python would end the parameters here and may find a function body behind them.
                SignatureFault { kind: FaultKind::Unsupported, ..fault }
            }
            (Kind::Symbol(')' | ']' | '}'), _) => {
                let message = format!("`{next}` closes nothing");
                SignatureFault::new(message).at(token.span.clone())
            }
            _ => fault,
        }
    }

    /// Passes over a default. DSPy drops defaults that stand in a signature's text, so only
    /// whether it can be read matters.
    fn default(&mut self, name: &str, name_span: &Range<usize>) -> Parse<()> {
        self.has_default = true;
        if matches!(self.peek(), Kind::Symbol(',') | Kind::End) {
            let message = format!("field `{name}` has no value after `=`");
            return Err(SignatureFault::new(message).at(name_span.clone()));
        }
        let start = self.token().span.start;
        let is_literal = self.literal(0) && matches!(self.peek(), Kind::Symbol(',') | Kind::End);
        if is_literal {
            return Ok(());
        }
        if let Kind::Bad(fault) = self.peek() {
            return Err((**fault).clone());
        }
        let message =
            format!("default of field `{name}` is not a literal, which is not supported yet");
        Err(SignatureFault::unsupported(message).at(start..self.token().span.end))
    }

    /// Passes over a literal; `false` where something else stands.
    fn literal(&mut self, depth: usize) -> bool {
        let is_signed = self.take_symbol('-') || self.take_symbol('+');
        let kind = self.peek();
        match kind {
            Kind::Int(_) | Kind::Number => self.advance(),
            _ if is_signed => return false,
            Kind::Text(_) => {
                while matches!(self.peek(), Kind::Text(_)) {
                    self.advance();
                }
            }
            Kind::Bytes | Kind::Ellipsis | Kind::Name("None" | "True" | "False") => self.advance(),
            Kind::Symbol('[') if depth < MAX_DEPTH => {
                self.advance();
                while !self.take_symbol(']') {
                    if !self.literal(depth + 1) {
                        return false;
                    }
                    if !self.take_symbol(',') && *self.peek() != Kind::Symbol(']') {
                        return false;
                    }
                }
            }
            Kind::Symbol('{') => {
                self.advance();
                return self.take_symbol('}');
            }
            _ => return false,
        }
        true
    }

    /// `a | b | c`
    fn union(&mut self) -> Parse<TypeSyntax<'s>> {
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
                        TypeKind::Constant(_) | TypeKind::OtherConstant | TypeKind::Tuple(_) => {
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
                    self.skip_call()?;
                    ty.kind = TypeKind::NotYet;
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
            Kind::Int(int) => TypeKind::Constant(int.clone()),
            Kind::Number | Kind::Bytes | Kind::Ellipsis => TypeKind::OtherConstant,
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
