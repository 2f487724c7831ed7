//! Python's tokens into the value of a literal.

use std::collections::HashSet;

use super::{
    Literal,
    hashing::hash_key,
    number::Number,
    tokens::{Malformed, Token, Tokens},
};
use crate::{BigInt, Fields, Value, value::unicode::nfkc};

/// How many brackets may stand inside one another. Python goes further, but how far depends on
/// what stands within them.
pub(super) const MAX_DEPTH: usize = 64;

/// Why a text is no literal that can be read.
#[derive(Debug, PartialEq)]
pub(super) enum Stop {
    /// Python refuses it as syntax.
    Syntax,
    /// Python refuses it as syntax or as no literal.
    NoLiteral,
    TooDeep,
    Unsure(&'static str),
}

impl From<Malformed> for Stop {
    fn from(_: Malformed) -> Self {
        Self::Syntax
    }
}

type Parse<T> = Result<T, Stop>;

/// What an expression stands for, where more matters than its value.
enum Node {
    /// An integer or a float.
    Real(Value),
    /// A complex number without a real part.
    Imaginary,
    /// A number with a sign; `None` for a complex one.
    Signed(Option<Value>),
    /// The name `set`, which makes an empty set where `()` follows.
    SetName,
    Other(Value),
}

/// Reads a text whose lines end with `\n`.
pub(super) fn parse(text: &str) -> Parse<Literal> {
    let mut tokens = Tokens::new(text);
    let next = tokens.next()?;
    let mut parser = Parser { next, tokens, unsure: None, leaks: None };
    match parser.whole() {
        Ok(value) => Ok(parser.leaks.or(parser.unsure).map_or(Literal::Is(value), Literal::Unsure)),
        // What is no literal may come after what makes Python raise something else.
        Err(Stop::NoLiteral) => Err(parser.leaks.map_or(Stop::NoLiteral, Stop::Unsure)),
        Err(stop) => Err(stop),
    }
}

struct Parser<'s> {
    tokens: Tokens<'s>,
    next: Token<'s>,
    /// Why the value cannot be told, if all of the text is a literal.
    unsure: Option<&'static str>,
    /// The exception that Python raises while it makes the value, which DSPy does not catch.
    leaks: Option<&'static str>,
}

impl<'s> Parser<'s> {
    fn advance(&mut self) -> Parse<Token<'s>> {
        let next = self.tokens.next()?;
        Ok(std::mem::replace(&mut self.next, next))
    }

    fn take(&mut self, symbol: char) -> Parse<bool> {
        let is_next = self.next == Token::Symbol(symbol);
        if is_next {
            self.advance()?;
        }
        Ok(is_next)
    }

    fn expect(&mut self, symbol: char) -> Parse<()> {
        if self.take(symbol)? { Ok(()) } else { Err(Stop::NoLiteral) }
    }

    /// One expression, or several with commas, up to the end of the text.
    fn whole(&mut self) -> Parse<Value> {
        let first = self.item(0)?;
        let value = if self.next == Token::Symbol(',') {
            let mut items = vec![first];
            while self.take(',')? && !matches!(self.next, Token::NewLine | Token::End) {
                items.push(self.item(0)?);
            }
            Value::Tuple(items)
        } else {
            first
        };
        while self.next == Token::NewLine {
            self.advance()?;
        }
        if self.next == Token::End { Ok(value) } else { Err(Stop::NoLiteral) }
    }

    fn item(&mut self, depth: usize) -> Parse<Value> {
        let node = self.node(depth)?;
        self.value(node)
    }

    fn value(&mut self, node: Node) -> Parse<Value> {
        match node {
            Node::Real(value) | Node::Signed(Some(value)) | Node::Other(value) => Ok(value),
            Node::Imaginary | Node::Signed(None) => Ok(self.complex()),
            Node::SetName => Err(Stop::NoLiteral),
        }
    }

    fn complex(&mut self) -> Value {
        self.unsure("its text is a complex number to Python")
    }

    /// A value in place of one that cannot be told.
    fn unsure(&mut self, reason: &'static str) -> Value {
        self.unsure.get_or_insert(reason);
        Value::Null
    }

    /// A literal; arithmetic is one only where it makes a complex number.
    fn node(&mut self, depth: usize) -> Parse<Node> {
        let left = self.signed(depth)?;
        if !matches!(self.next, Token::Symbol('+' | '-')) {
            return Ok(left);
        }
        self.advance()?;
        match (left, self.atom(depth)?) {
            (Node::Real(_) | Node::Signed(Some(_)), Node::Imaginary) => {
                Ok(Node::Other(self.complex()))
            }
            _ => Err(Stop::NoLiteral),
        }
    }

    fn signed(&mut self, depth: usize) -> Parse<Node> {
        let Token::Symbol(sign @ ('+' | '-')) = self.next else { return self.atom(depth) };
        self.advance()?;
        match self.atom(depth)? {
            Node::Real(value) if sign == '-' => Ok(Node::Signed(Some(negated(value)))),
            Node::Real(value) => Ok(Node::Signed(Some(value))),
            Node::Imaginary => Ok(Node::Signed(None)),
            _ => Err(Stop::NoLiteral),
        }
    }

    fn atom(&mut self, depth: usize) -> Parse<Node> {
        let node = match self.next {
            Token::Symbol('(') => self.group(depth)?,
            Token::Symbol('[') => self.list(depth)?,
            Token::Symbol('{') => self.braces(depth)?,
            Token::Text(_) => self.texts()?,
            Token::Bytes(_) => self.bytes()?,
            _ => match self.advance()? {
                Token::Number(Number::Real(value)) => Node::Real(value),
                Token::Number(Number::Imaginary) => Node::Imaginary,
                Token::Number(Number::Huge) => {
                    self.unsure("its integer has more digits than Python writes");
                    Node::Real(Value::Int(0))
                }
                Token::Ellipsis => {
                    Node::Other(self.unsure("`...` is a value of its own to Python"))
                }
                Token::Name("None") => Node::Other(Value::Null),
                Token::Name("True") => Node::Other(Value::Bool(true)),
                Token::Name("False") => Node::Other(Value::Bool(false)),
                Token::Name(name) if is_set(name) => Node::SetName,
                _ => return Err(Stop::NoLiteral),
            },
        };
        if matches!(node, Node::SetName) && self.take('(')? {
            self.expect(')')?;
            return Ok(Node::Other(Value::Set(Vec::new())));
        }
        Ok(node)
    }

    /// Strings that stand side by side are one.
    fn texts(&mut self) -> Parse<Node> {
        let mut whole = String::new();
        while let Token::Text(part) = &mut self.next {
            match part.take() {
                Some(part) if whole.is_empty() => whole = part,
                Some(part) => whole.push_str(&part),
                None => {
                    self.unsure.get_or_insert("its escapes name or halve a character");
                }
            }
            self.advance()?;
        }
        Ok(Node::Other(Value::Text(whole)))
    }

    fn bytes(&mut self) -> Parse<Node> {
        let mut whole = Vec::new();
        while let Token::Bytes(part) = &mut self.next {
            whole.append(part);
            self.advance()?;
        }
        Ok(Node::Other(Value::Bytes(whole)))
    }

    fn open(&mut self, depth: usize) -> Parse<usize> {
        self.advance()?;
        if depth < MAX_DEPTH { Ok(depth + 1) } else { Err(Stop::TooDeep) }
    }

    fn group(&mut self, depth: usize) -> Parse<Node> {
        let depth = self.open(depth)?;
        if self.take(')')? {
            return Ok(Node::Other(Value::Tuple(Vec::new())));
        }
        let first = self.node(depth)?;
        if self.take(')')? {
            return Ok(first);
        }
        let mut items = vec![self.value(first)?];
        self.more_items(')', depth, &mut items)?;
        Ok(Node::Other(Value::Tuple(items)))
    }

    fn list(&mut self, depth: usize) -> Parse<Node> {
        let depth = self.open(depth)?;
        let mut items = Vec::new();
        if !self.take(']')? {
            items.push(self.item(depth)?);
            self.more_items(']', depth, &mut items)?;
        }
        Ok(Node::Other(Value::List(items)))
    }

    /// Items behind a first one, each after a comma, and the bracket that closes them.
    fn more_items(&mut self, close: char, depth: usize, items: &mut Vec<Value>) -> Parse<()> {
        loop {
            if self.take(close)? {
                break;
            }
            self.expect(',')?;
            if self.take(close)? {
                break;
            }
            items.push(self.item(depth)?);
        }
        items.shrink_to_fit();
        Ok(())
    }

    /// A dict or a set.
    fn braces(&mut self, depth: usize) -> Parse<Node> {
        let depth = self.open(depth)?;
        if self.take('}')? {
            return Ok(Node::Other(Value::Map(Fields::new())));
        }
        let first = self.item(depth)?;
        if self.next == Token::Symbol(':') {
            return self.dict(first, depth);
        }
        self.set(first, depth)
    }

    /// The items of a set, of which Python keeps the first one of those that are equal.
    fn set(&mut self, first: Value, depth: usize) -> Parse<Node> {
        let (mut items, mut known) = (Vec::new(), HashSet::new());
        let mut item = first;
        loop {
            match hash_key(&item) {
                Some(key) => items.extend(known.insert(key).then_some(item)),
                None => {
                    self.leaks.get_or_insert("its set has an item that Python cannot hash");
                }
            }
            let has_more = self.take(',')?;
            if self.take('}')? {
                return Ok(Node::Other(Value::Set(items)));
            }
            if !has_more {
                return Err(Stop::NoLiteral);
            }
            item = self.item(depth)?;
        }
    }

    fn dict(&mut self, first: Value, depth: usize) -> Parse<Node> {
        let mut pairs = Vec::new();
        let mut key = first;
        loop {
            self.expect(':')?;
            let value = self.item(depth)?;
            match key {
                Value::Text(key) => pairs.push((key.into_boxed_str(), value)),
                key if hash_key(&key).is_some() => {
                    self.unsure.get_or_insert("its dict has a key that is no text");
                }
                _ => {
                    self.leaks.get_or_insert("its dict has a key that Python cannot hash");
                }
            }
            let has_more = self.take(',')?;
            if self.take('}')? {
                pairs.shrink_to_fit();
                return Ok(Node::Other(Value::Map(Fields::from_pairs(pairs))));
            }
            if !has_more {
                return Err(Stop::NoLiteral);
            }
            key = self.item(depth)?;
        }
    }
}

/// Whether Python reads the name as `set`.
fn is_set(name: &str) -> bool {
    // Three letters of four bytes at most, in any of their forms.
    name == "set" || !name.is_ascii() && name.len() <= 36 && nfkc(name) == "set"
}

fn negated(value: Value) -> Value {
    match value {
        Value::Float(float) => Value::Float(-float),
        // A number without a sign is no negative one, so that nothing overflows.
        Value::Int(int) => Value::Int(int.wrapping_neg()),
        Value::BigInt(big) => BigInt::parse(&format!("-{big}")).unwrap_or(Value::BigInt(big)),
        other => other,
    }
}
