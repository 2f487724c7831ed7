//! Examples: an input with the output it should lead to.

mod columns;
mod error;
mod table;

use std::ffi::OsStr;
use std::path::Path;

use columns::Columns;
pub use error::{LineCause, LineFault, LoadError};

use crate::{Fields, Record};

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
    /// Reads a file: JSON Lines (`.jsonl`, `.ndjson`), or a table (`.csv`, `.tsv`).
    ///
    /// # Errors
    /// [`LoadError`] for a file that cannot be read, one whose name ends otherwise, and with every
    /// line that holds no example.
    pub fn load(path: impl AsRef<Path>) -> Result<Vec<Self>, LoadError> {
        let path = path.as_ref();
        let extension = path.extension().and_then(OsStr::to_str).unwrap_or_default();
        let read: fn(&str) -> Result<Vec<Self>, LoadError> = match extension {
            "jsonl" | "ndjson" => Self::from_jsonl,
            "csv" => Self::from_csv,
            "tsv" => Self::from_tsv,
            _ => {
                let what = "examples are read from `.jsonl`, `.ndjson`, `.csv` and `.tsv`";
                return Err(LoadError::of_file(what.to_owned()).at(path));
            }
        };
        let text = std::fs::read_to_string(path)
            .map_err(|error| LoadError::of_file(error.to_string()).at(path))?;
        read(&text).map_err(|error| error.at(path))
    }

    /// Reads JSON Lines: an object a line, with the fields of input and output side by side.
    ///
    /// Values are brought to the types of their fields as pydantic does it. Fields that neither
    /// side has are passed over, and so are empty lines.
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
        let columns = Columns::of::<I, O>();
        let lines = text.split('\n').enumerate().filter(|(_, line)| !line.trim().is_empty());
        gather(lines.map(|(position, line)| {
            let example = columns.of_json(line).and_then(|fields| Self::from_fields(&fields));
            example.map_err(|cause| LineFault { line: position + 1, cause })
        }))
    }

    /// Reads a table with commas (RFC 4180); its first row names the fields.
    ///
    /// A cell is read as the adapters read a field's text: JSON for lists and records, `3` for an
    /// `int`. An empty cell is `None` where the field's type allows it, absent where the type is
    /// no text, and the empty text else.
    ///
    /// ```
    /// use dspex_signature::{Example, Fields};
    ///
    /// let text = "question,answer\n\"Rain, or sun?\",rain\n";
    /// let examples = Example::<Fields, Fields>::from_csv(text)?;
    /// assert_eq!(examples[0].input["question"].as_str(), Some("Rain, or sun?"));
    /// # Ok::<(), dspex_signature::LoadError>(())
    /// ```
    ///
    /// # Errors
    /// [`LoadError`] names every row that holds no example.
    pub fn from_csv(text: &str) -> Result<Vec<Self>, LoadError> {
        Self::from_table(text, b',')
    }

    /// Reads a table with tabs; see [`Example::from_csv`].
    ///
    /// # Errors
    /// As [`Example::from_csv`].
    pub fn from_tsv(text: &str) -> Result<Vec<Self>, LoadError> {
        Self::from_table(text, b'\t')
    }

    fn from_table(text: &str, delimiter: u8) -> Result<Vec<Self>, LoadError> {
        let columns = Columns::of::<I, O>();
        let mut rows = table::rows(text, delimiter).into_iter();
        let Some(header) = rows.next() else { return Ok(Vec::new()) };
        let names = table::header(&header).map_err(|fault| LoadError::of_lines(vec![fault]))?;
        gather(rows.map(|row| {
            let line = row.line;
            let example = columns.of_row(&names, row).and_then(|fields| Self::from_fields(&fields));
            example.map_err(|cause| LineFault { line, cause })
        }))
    }

    fn from_fields(fields: &Fields) -> Result<Self, LineCause> {
        Ok(Self {
            input: I::from_fields(fields).map_err(LineCause::Value)?,
            output: O::from_fields(fields).map_err(LineCause::Value)?,
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

/// All examples, or all faults.
fn gather<T>(lines: impl Iterator<Item = Result<T, LineFault>>) -> Result<Vec<T>, LoadError> {
    let (mut examples, mut faults) = (Vec::new(), Vec::new());
    for line in lines {
        match line {
            Ok(example) => examples.push(example),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(examples) } else { Err(LoadError::of_lines(faults)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Field, RecordShape, Type, Value, ValueError, fields};

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

        fn fields_of() -> Vec<Field> {
            vec![Field::new("answer", Type::Int)]
        }

        fn aliases() -> &'static [(&'static str, &'static str)] {
            &[("label", "answer")]
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
    fn values_are_brought_to_their_types() {
        let read = |text| Case::from_jsonl(text).map(|examples| examples[0].output.0);
        assert_eq!(read(r#"{"answer": "4"}"#), Ok(4));
        assert_eq!(read(r#"{"label": 4.0}"#), Ok(4));
    }

    #[test]
    fn a_row_is_an_example() {
        let text = "q, label ,note\n\"a, b\",4,\nc,x,y\nd,5\ne,,z\n";
        let error = Case::from_csv(text).unwrap_err();
        assert_eq!(
            error.to_string(),
            "3 lines hold no example\n  \
             line 3: `answer` should be `int`, found `str`\n  \
             line 4: 2 cells, where the header has 3\n  \
             line 5: `answer` should be `int`, found `no such field`"
        );
        let text = "q\tlabel\na, b\t4\n";
        let examples = Case::from_tsv(text).unwrap();
        assert_eq!(examples[0], Example::new(fields! { "q" => "a, b", "answer" => 4 }, Answer(4)));
        let twice = Case::from_csv("answer,answer\n").unwrap_err();
        assert_eq!(twice.to_string(), "line 1: the header has `answer` twice");
        assert_eq!(Case::from_csv(""), Ok(vec![]));
    }

    #[test]
    fn files_are_read_by_what_they_are_called() {
        let error = Case::load("asks.xlsx").unwrap_err();
        assert_eq!(
            error.to_string(),
            "asks.xlsx: examples are read from `.jsonl`, `.ndjson`, `.csv` and `.tsv`"
        );
        let error = Case::load("no/such/asks.csv").unwrap_err();
        assert!(error.to_string().starts_with("no/such/asks.csv: No such file"), "{error}");
        assert_eq!(error.path(), Some(Path::new("no/such/asks.csv")));
    }

    #[test]
    fn an_example_is_a_demo() {
        let example = Example::new(fields! { "q" => "x" }, Answer(4));
        assert_eq!(example.into_fields(), fields! { "q" => "x", "answer" => 4 });
    }
}
