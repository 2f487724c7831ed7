//! Examples: an input with the output it should lead to.

use std::fmt;

use crate::{Fields, JsonError, Record, Value, ValueError};

/// A demo or a test case.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Example<I, O> {
    /// What goes in.
    pub input: I,
    /// What should come out.
    pub output: O,
}

impl<I, O> Example<I, O> {
    /// An example of these two.
    pub const fn new(input: I, output: O) -> Self {
        Self { input, output }
    }
}

impl<I: Record, O: Record> Example<I, O> {
    /// Reads JSON Lines: an object a line, with the fields of input and output side by side.
    ///
    /// Fields that neither has are passed over, and so are empty lines.
    ///
    /// ```
    /// use dspex_signature::{Example, Fields};
    ///
    /// let text = "{\"question\": \"2 + 2?\"}\n{question: 3}\n[]\n";
    /// let error = Example::<Fields, Fields>::from_jsonl(text).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "2 lines hold no example\n  \
    ///      line 2: expected a key in double quotes at column 2\n  \
    ///      line 3: expected `dict`, found `list`"
    /// );
    /// ```
    ///
    /// # Errors
    /// [`LoadError`] names every line that holds no example.
    pub fn from_jsonl(text: &str) -> Result<Vec<Self>, LoadError> {
        let mut examples = Vec::new();
        let mut faults = Vec::new();
        for (position, line) in text.split('\n').enumerate() {
            if line.trim().is_empty() {
                continue;
            }
            match Self::from_json(line) {
                Ok(example) => examples.push(example),
                Err(cause) => faults.push(LineFault { line: position + 1, cause }),
            }
        }
        if faults.is_empty() { Ok(examples) } else { Err(LoadError { faults }) }
    }

    fn from_json(line: &str) -> Result<Self, LineCause> {
        let fields = match Value::from_python_json(line).map_err(LineCause::Json)? {
            Value::Map(fields) => fields,
            other => return Err(LineCause::Value(ValueError::new("dict", other.python_type()))),
        };
        Ok(Self {
            input: I::from_fields(&fields).map_err(LineCause::Value)?,
            output: O::from_fields(&fields).map_err(LineCause::Value)?,
        })
    }

    /// The fields of both sides, input first: a demo.
    #[must_use]
    pub fn into_fields(self) -> Fields {
        let mut fields = self.input.into_fields();
        for (name, value) in self.output.into_fields() {
            fields.insert(name, value);
        }
        fields
    }
}

/// Lines that hold no example, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadError {
    faults: Vec<LineFault>,
}

impl LoadError {
    /// What is wrong, line by line.
    #[must_use]
    pub fn faults(&self) -> &[LineFault] {
        &self.faults
    }
}

/// What is wrong with one line.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LineFault {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub cause: LineCause,
}

/// Why a line holds no example.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum LineCause {
    /// It is not JSON.
    Json(JsonError),
    /// A field is missing or of another type.
    Value(ValueError),
}

impl fmt::Display for LoadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.faults.as_slice() {
            [fault] => return fault.fmt(formatter),
            faults => write!(formatter, "{} lines hold no example", faults.len())?,
        }
        self.faults.iter().try_for_each(|fault| write!(formatter, "\n  {fault}"))
    }
}

impl fmt::Display for LineFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}: ", self.line)?;
        match &self.cause {
            LineCause::Json(error) => {
                write!(formatter, "{} at column {}", error.kind(), error.column())
            }
            LineCause::Value(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for LoadError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{RecordShape, fields};

    #[derive(Debug, PartialEq)]
    struct Answer(i64);

    impl Record for Answer {
        const SHAPE: RecordShape = RecordShape { name: "Answer", open: false, parts: &[] };

        fn into_fields(self) -> Fields {
            fields! { "answer" => self.0 }
        }

        fn from_fields(fields: &Fields) -> Result<Self, ValueError> {
            fields.get("answer").map(Self)
        }
    }

    type Case = Example<Fields, Answer>;

    #[test]
    fn a_line_is_an_example() {
        let text = "{\"q\": \"x\", \"answer\": 4}\r\n\n{\"answer\": 5}";
        let examples = Case::from_jsonl(text).unwrap();
        assert_eq!(examples[0].output, Answer(4));
        assert_eq!(examples[0].input["q"], Value::from("x"));
        assert_eq!(examples[1], Example::new(fields! { "answer" => 5 }, Answer(5)));
        assert_eq!(Case::from_jsonl(" \n"), Ok(vec![]));
    }

    #[test]
    fn every_faulty_line_is_named() {
        let error = Case::from_jsonl("{\"answer\": 1}\n{\"answer\": \"x\"}\n{\n{}").unwrap_err();
        assert_eq!(
            error.to_string(),
            "3 lines hold no example\n  \
             line 2: `answer` should be `int`, found `str`\n  \
             line 3: expected a key in double quotes at column 2\n  \
             line 4: `answer` should be `int`, found `no such field`"
        );
        assert_eq!(error.faults()[1].line, 3);
    }

    #[test]
    fn an_example_is_a_demo() {
        let example = Example::new(fields! { "q" => "x" }, Answer(4));
        assert_eq!(example.into_fields(), fields! { "q" => "x", "answer" => 4 });
    }
}
