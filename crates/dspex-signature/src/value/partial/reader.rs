//! From tokens to a value that grows where it stands.

use super::later::{Later, Names};
use super::source::Source;
use crate::value::json::{JsonErrorKind, MAX_DEPTH};
use crate::{Fields, Value};

use JsonErrorKind::{Expected, TooDeep};

/// Where the reader stands, which outlives a piece of the text.
#[derive(Clone, Debug)]
pub(super) struct Progress {
    /// The document, then the lists and objects whose end is not read, outermost first.
    open: Vec<Open>,
    step: Step,
    /// A key whose value has not begun.
    key: Box<str>,
    pub(super) later: Later,
}

/// What is known of a list or an object beside its value.
#[derive(Clone, Debug)]
struct Open {
    form: Form,
    /// Whether it is kept aside.
    is_aside: bool,
    /// Whether what it holds last is kept aside.
    has_last_aside: bool,
}

#[derive(Clone, Debug)]
enum Form {
    /// Holds one value.
    Document,
    List,
    /// Its number among the objects that are shown, and its names.
    Object(usize, Names),
}

/// What may come next in the innermost container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// More of the text that it holds last.
    Text,
    FirstItem,
    Value,
    FirstKey,
    Key,
    Colon,
    /// A comma, or its end.
    Comma,
}

/// What a token does to the innermost container.
enum Turn {
    Stays,
    /// Another one has begun in it.
    Opens,
    Closes,
    /// There is no token before there is more text.
    Waits,
}

impl Progress {
    pub(super) fn new() -> Self {
        let document = Open { form: Form::Document, is_aside: false, has_last_aside: false };
        let later = Later::default();
        Self { open: vec![document], step: Step::Value, key: Box::default(), later }
    }

    /// How many lists, objects and texts are open that are shown.
    pub(super) fn depth(&self) -> usize {
        let n_shown = self.open.iter().take_while(|open| !open.is_aside).count();
        let is_shown = n_shown == self.open.len() && !self.open[n_shown - 1].has_last_aside;
        // The document is none of them.
        n_shown - 1 + usize::from(self.step == Step::Text && is_shown)
    }

    fn innermost(&mut self) -> &mut Open {
        self.open.last_mut().expect("the document stays open")
    }

    /// Puts a value that has begun into the innermost container.
    fn put(&mut self, container: &mut Value, value: Value) {
        let Some(open) = self.open.last_mut() else { unreachable!("the document stays open") };
        let fields = match container {
            Value::List(items) => return items.push(value),
            Value::Map(fields) => fields,
            _ => unreachable!("no other value is open"),
        };
        let key = std::mem::take(&mut self.key);
        let known = match &mut open.form {
            // Nobody sees it, so that a key may stand in it twice until it ends.
            Form::Object(..) if open.is_aside => None,
            Form::Object(object, names) => {
                names.find_or_add(fields, &key).map(|place| (*object, place))
            }
            Form::Document | Form::List => unreachable!("a map is an object"),
        };
        open.has_last_aside = known.is_some();
        match known {
            Some((object, place)) => self.later.keep(object, place, value),
            None => fields.pairs_mut().push((key, value)),
        }
    }
}

pub(super) struct Reader<'a> {
    source: Source<'a>,
    progress: &'a mut Progress,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(source: Source<'a>, progress: &'a mut Progress) -> Self {
        Self { source, progress }
    }

    /// The text that was read.
    pub(super) fn read(&self) -> &'a str {
        self.source.read()
    }

    /// Reads the text that is there.
    ///
    /// No reference into the value outlives a piece, so that each piece has to find the innermost
    /// container again. Most pieces do not end it, and a loop leads there; where one does, a call
    /// for each container on the way holds the way back. Each happens once in a piece, and not once
    /// for each character or token.
    pub(super) fn read_on(&mut self, document: &mut Value) -> Result<(), JsonErrorKind> {
        let level = self.progress.open.len() - 1;
        if level > 0 && !self.progress.innermost().is_aside {
            let innermost = (0..level).fold(&mut *document, |container, _| last(container));
            if !self.inside(innermost, level)? {
                return Ok(());
            }
        }
        self.inside(document, 0).map(|_| ())
    }

    /// Reads what stands in the container that is open at `level`; true where its end is read.
    fn inside(&mut self, container: &mut Value, level: usize) -> Result<bool, JsonErrorKind> {
        let is_innermost = level + 1 == self.progress.open.len();
        let mut turn = if is_innermost { Turn::Stays } else { Turn::Opens };
        loop {
            match turn {
                Turn::Stays => {}
                Turn::Opens if self.inside_last(container, level)? => {}
                Turn::Closes => return Ok(true),
                Turn::Opens | Turn::Waits => return Ok(false),
            }
            turn = self.turn(container)?;
        }
    }

    fn inside_last(&mut self, container: &mut Value, level: usize) -> Result<bool, JsonErrorKind> {
        if !self.progress.open[level].has_last_aside {
            return self.inside(last(container), level + 1);
        }
        let mut value = std::mem::take(self.progress.later.growing());
        let is_closed = self.inside(&mut value, level + 1);
        *self.progress.later.growing() = value;
        is_closed
    }

    /// Reads one token in the innermost container.
    fn turn(&mut self, container: &mut Value) -> Result<Turn, JsonErrorKind> {
        if self.progress.step == Step::Text {
            return self.text(container);
        }
        let byte = self.source.peek();
        if byte.is_none() && !self.source.is_whole() {
            return Ok(Turn::Waits);
        }
        match (self.progress.step, byte) {
            (Step::FirstItem, Some(b']')) | (Step::FirstKey, Some(b'}')) => {
                Ok(self.close(container))
            }
            (Step::FirstItem | Step::Value, _) => self.value(container, byte),
            (Step::FirstKey | Step::Key, Some(b'"')) => self.key(),
            (Step::FirstKey | Step::Key, _) => Err(Expected("a key in double quotes")),
            (Step::Colon, Some(b':')) => Ok(self.skip_to(Step::Value)),
            (Step::Colon, _) => Err(Expected("`:`")),
            (Step::Comma | Step::Text, _) => self.comma(container, byte),
        }
    }

    fn text(&mut self, container: &mut Value) -> Result<Turn, JsonErrorKind> {
        let is_aside = self.progress.innermost().has_last_aside;
        let text = if is_aside { self.progress.later.growing() } else { last(container) };
        let Value::Text(text) = text else { unreachable!("the text was put there") };
        if !self.source.text(text)? {
            return Ok(Turn::Waits);
        }
        text.shrink_to_fit();
        self.progress.step = Step::Comma;
        Ok(Turn::Stays)
    }

    fn value(&mut self, container: &mut Value, byte: Option<u8>) -> Result<Turn, JsonErrorKind> {
        let scalar = match byte {
            Some(b'[' | b'{') if self.progress.open.len() > MAX_DEPTH => return Err(TooDeep),
            Some(b'[') => {
                return Ok(self.open(container, Value::List(Vec::new()), Step::FirstItem));
            }
            Some(b'{') => {
                return Ok(self.open(container, Value::Map(Fields::new()), Step::FirstKey));
            }
            Some(b'"') => {
                self.source.skip();
                let text = self.source.plain_text();
                self.progress.step = if text.is_some() { Step::Comma } else { Step::Text };
                let text = text.map(str::to_owned).unwrap_or_default();
                self.progress.put(container, Value::Text(text));
                return Ok(Turn::Stays);
            }
            Some(b'-' | b'0'..=b'9') => self.source.number()?,
            _ => self.source.word()?,
        };
        let Some(scalar) = scalar else { return Ok(Turn::Waits) };
        self.progress.put(container, scalar);
        self.progress.step = Step::Comma;
        Ok(Turn::Stays)
    }

    fn key(&mut self) -> Result<Turn, JsonErrorKind> {
        let Some(key) = self.source.key()? else { return Ok(Turn::Waits) };
        self.progress.key = key.into_boxed_str();
        self.progress.step = Step::Colon;
        Ok(Turn::Stays)
    }

    fn comma(&mut self, container: &mut Value, byte: Option<u8>) -> Result<Turn, JsonErrorKind> {
        match (&self.progress.innermost().form, byte) {
            (Form::Document, None) => Ok(Turn::Closes),
            (Form::Document, Some(_)) => Err(Expected("the end of the text")),
            (Form::List, Some(b',')) => Ok(self.skip_to(Step::Value)),
            (Form::Object(..), Some(b',')) => Ok(self.skip_to(Step::Key)),
            (Form::List, Some(b']')) | (Form::Object(..), Some(b'}')) => Ok(self.close(container)),
            (Form::List, _) => Err(Expected("`,` or `]`")),
            (Form::Object(..), _) => Err(Expected("`,` or `}`")),
        }
    }

    const fn skip_to(&mut self, step: Step) -> Turn {
        self.source.skip();
        self.progress.step = step;
        Turn::Stays
    }

    fn open(&mut self, container: &mut Value, value: Value, step: Step) -> Turn {
        let is_object = matches!(value, Value::Map(_));
        self.progress.put(container, value);
        let around = self.progress.innermost();
        let is_aside = around.is_aside || around.has_last_aside;
        let form = match is_object {
            false => Form::List,
            true if is_aside => Form::Object(0, Names::default()),
            true => Form::Object(self.progress.later.number_object(), Names::default()),
        };
        self.progress.open.push(Open { form, is_aside, has_last_aside: false });
        self.skip_to(step);
        Turn::Opens
    }

    fn close(&mut self, container: &mut Value) -> Turn {
        let open = self.progress.open.pop().expect("the container is open");
        match container {
            Value::List(items) => items.shrink_to_fit(),
            Value::Map(fields) => {
                if open.is_aside {
                    *fields = Fields::from_pairs(std::mem::take(fields.pairs_mut()));
                }
                fields.pairs_mut().shrink_to_fit();
            }
            _ => unreachable!("no other value is open"),
        }
        self.skip_to(Step::Comma);
        Turn::Closes
    }
}

/// The value that a container holds last.
fn last(container: &mut Value) -> &mut Value {
    let last = match container {
        Value::List(items) => items.last_mut(),
        Value::Map(fields) => fields.pairs_mut().last_mut().map(|(_, value)| value),
        _ => None,
    };
    last.expect("the value was put there")
}
