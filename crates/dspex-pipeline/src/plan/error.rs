//! What can be wrong with the wiring of a pipeline.

use std::error::Error;
use std::fmt;

use dspex_signature::Shape;

use super::{INPUT, OUTPUT};
use crate::wiring::Text;

/// A pipeline whose stages do not fit together: all faults at once.
#[derive(Clone, Debug, PartialEq)]
pub struct WiringError {
    pipeline: String,
    faults: Vec<WiringFault>,
}

/// One fault of wiring. `reader` is the stage that reads, `None` for the pipeline's output.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum WiringFault {
    /// A stage has a name that no stage can have.
    BadName {
        /// The name.
        stage: String,
    },
    /// Two stages have the same name.
    SameName {
        /// The name.
        stage: String,
    },
    /// A stage is to run after one that does not exist.
    UnknownStage {
        /// The stage.
        stage: String,
        /// The name in its `after`.
        after: String,
        /// A stage with a name like that.
        near: Option<String>,
    },
    /// A full name, `stage.field`, names a stage that does not stand above its reader.
    UnknownOrigin {
        /// Who reads.
        reader: Option<String>,
        /// The full name.
        field: String,
        /// The stage in it.
        from: String,
        /// A stage above with a name like that.
        near: Option<String>,
    },
    /// A field that nobody above makes.
    Unmade {
        /// Who reads.
        reader: Option<String>,
        /// What.
        field: String,
        /// As what.
        shape: Shape,
    },
    /// A field that is made, but of another type.
    Differs {
        /// Who reads.
        reader: Option<String>,
        /// What.
        field: String,
        /// As what.
        need: Shape,
        /// Who makes it.
        maker: String,
        /// As what it is made.
        have: Shape,
    },
    /// A field whose maker may be skipped, read as if it were always there.
    Sometimes {
        /// Who reads.
        reader: Option<String>,
        /// What.
        field: String,
        /// As what.
        need: Shape,
        /// Who makes it.
        maker: String,
    },
    /// A field that several stages make, none of them replacing what another made.
    Ambiguous {
        /// Who reads.
        reader: Option<String>,
        /// What.
        field: String,
        /// Who makes it, in the order of the stages.
        makers: Vec<String>,
    },
    /// Stages that wait for each other.
    Cycle {
        /// The stages in the order in which they would feed each other; the first again at the end.
        stages: Vec<String>,
    },
}

impl WiringError {
    pub(super) fn new(pipeline: &str, faults: Vec<WiringFault>) -> Self {
        Self { pipeline: pipeline.to_owned(), faults }
    }

    /// The name of the pipeline.
    #[must_use]
    pub fn pipeline(&self) -> &str {
        &self.pipeline
    }

    /// The faults, in the order of the stages.
    #[must_use]
    pub fn faults(&self) -> &[WiringFault] {
        &self.faults
    }
}

impl Error for WiringError {}

impl fmt::Display for WiringError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = match self.faults.len() {
            1 => "a wiring fault".to_owned(),
            n => format!("{n} wiring faults"),
        };
        write!(formatter, "pipeline `{}` has {count}", self.pipeline)?;
        self.faults.iter().try_for_each(|fault| write!(formatter, "\n  {fault}"))
    }
}

impl fmt::Display for WiringFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadName { stage } if stage.is_empty() => {
                formatter.write_str("a stage has an empty name")
            }
            Self::BadName { stage } if stage == INPUT || stage == OUTPUT => {
                write!(formatter, "a stage cannot be called `{stage}`: that is the pipeline's own")
            }
            Self::BadName { stage } => {
                write!(formatter, "a stage cannot be called `{stage}`: names have no dot")
            }
            Self::SameName { stage } => write!(formatter, "two stages are called `{stage}`"),
            Self::UnknownStage { stage, after, near } => {
                write!(formatter, "stage `{stage}` runs after `{after}`, which is no stage")?;
                did_you_mean(formatter, near.as_deref())
            }
            Self::UnknownOrigin { reader, field, from, near } => {
                let (reader, relation) = (Reader(reader.as_deref()), "stands above it");
                write!(formatter, "{reader} reads `{field}`, but no stage `{from}` {relation}")?;
                did_you_mean(formatter, near.as_deref())
            }
            Self::Unmade { reader, field, shape } => {
                let read = Text::new("").push_field(field, shape);
                let (reader, read) = (Reader(reader.as_deref()), read.as_str());
                write!(formatter, "{reader} reads {read}, which no stage above it makes")
            }
            Self::Differs { reader, field, need, maker, have } => {
                let read = Text::new("").push_field(field, need);
                let made = Text::new("`").push_shape(have).push("`");
                let (reader, maker) = (Reader(reader.as_deref()), Reader(Some(maker)));
                write!(formatter, "{reader} reads {}; ", read.as_str())?;
                write!(formatter, "{maker} makes it {}", made.as_str())
            }
            Self::Sometimes { reader, field, need, maker } => {
                let read = Text::new("").push_field(field, need);
                let (reader, maker) = (Reader(reader.as_deref()), Reader(Some(maker)));
                write!(
                    formatter,
                    "{reader} reads {}, but {maker} may be skipped; ",
                    read.as_str()
                )?;
                formatter.write_str("read an `Option`, or give it `.otherwise(..)` or `.or(..)`")
            }
            Self::Ambiguous { reader, field, makers } => {
                let reader = Reader(reader.as_deref());
                let names: Vec<String> = makers.iter().map(|name| format!("`{name}`")).collect();
                let makers = names.join(" and by ");
                write!(formatter, "{reader} reads `{field}`, which is made by {makers}; ")?;
                formatter.write_str("rename one of them")
            }
            Self::Cycle { stages } => {
                let names: Vec<String> = stages.iter().map(|name| format!("`{name}`")).collect();
                write!(formatter, "stages {} wait for each other", names.join(" -> "))
            }
        }
    }
}

/// A reader or maker as a sentence names it.
struct Reader<'a>(Option<&'a str>);

impl fmt::Display for Reader<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => formatter.write_str("the output"),
            Some(INPUT) => formatter.write_str("the input"),
            Some(stage) => write!(formatter, "stage `{stage}`"),
        }
    }
}

fn did_you_mean(formatter: &mut fmt::Formatter<'_>, near: Option<&str>) -> fmt::Result {
    near.map_or(Ok(()), |near| write!(formatter, "; did you mean `{near}`?"))
}
