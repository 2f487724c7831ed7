//! Text put together by `const` code, for the messages of compile errors.

use dspex_signature::Shape;

const CAPACITY: usize = 512;

/// Up to 512 bytes of text; what does not fit is cut off.
#[derive(Clone, Copy)]
pub(crate) struct Text {
    bytes: [u8; CAPACITY],
    len: usize,
}

impl Text {
    pub(crate) const fn new(start: &str) -> Self {
        Self { bytes: [0; CAPACITY], len: 0 }.push(start)
    }

    pub(crate) const fn push(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        let mut position = 0;
        while position < text.len() && self.len < CAPACITY {
            self.bytes[self.len] = text[position];
            self.len += 1;
            position += 1;
        }
        self
    }

    /// The shape as a signature string writes it.
    pub(crate) const fn push_shape(self, shape: &Shape) -> Self {
        match shape {
            Shape::Any => self.push("Any"),
            Shape::Str => self.push("str"),
            Shape::Int => self.push("int"),
            Shape::Float => self.push("float"),
            Shape::Bool => self.push("bool"),
            Shape::List(item) => self.push("list[").push_shape(item).push("]"),
            Shape::Tuple(items) => self.push("tuple[").push_shapes(items).push("]"),
            Shape::Set(item) => self.push("set[").push_shape(item).push("]"),
            Shape::Dict(key, value) => {
                self.push("dict[").push_shape(key).push(", ").push_shape(value).push("]")
            }
            Shape::Option(inner) => self.push("Optional[").push_shape(inner).push("]"),
            Shape::Named(name) => self.push(name),
            _ => self.push("?"),
        }
    }

    const fn push_shapes(self, shapes: &[Shape]) -> Self {
        let mut text = self;
        let mut index = 0;
        while index < shapes.len() {
            text = if index > 0 { text.push(", ") } else { text };
            text = text.push_shape(&shapes[index]);
            index += 1;
        }
        text
    }

    /// `name: shape`, between backticks.
    pub(crate) const fn push_field(self, name: &str, shape: &Shape) -> Self {
        self.push("`").push(name).push(": ").push_shape(shape).push("`")
    }

    pub(crate) const fn as_str(&self) -> &str {
        match core::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            Err(cut) => match core::str::from_utf8(self.bytes.split_at(cut.valid_up_to()).0) {
                Ok(text) => text,
                Err(_) => "",
            },
        }
    }
}

/// Ends compilation with this message, if there is one.
#[track_caller]
pub(crate) const fn refuse(fault: Option<Text>) {
    if let Some(text) = &fault {
        panic!("{}", text.as_str());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_message_is_cut_between_characters() {
        let mut text = Text::new("x");
        for _ in 0..CAPACITY {
            text = text.push("ü");
        }
        assert_eq!(text.as_str().len(), CAPACITY - 1);
        assert!(text.as_str().ends_with('ü'));
    }
}
