//! Which predictors a module has, and of which signatures.

use crate::{Field, Side, Signature, Type, Value};

/// The predictors of a module: paths, as DSPy names them, and signatures.
///
/// DSPy saves neither the names nor the types of fields, so whoever loads a program says which
/// signatures it is for:
///
/// | module | paths |
/// |---|---|
/// | `Predict` | one, and it is empty |
/// | `ChainOfThought` | `predict` |
/// | `ReAct` | `react`, `extract.predict` |
/// | one of your own | its attributes: `plan.predict`, `steps[0]`, `by_topic['refund'].predict` |
///
/// ```
/// use dspex_signature::{ProgramShape, Signature};
///
/// let plan = Signature::parse("question -> queries: list[str]")?;
/// let answer = Signature::parse("question, passages: list[str] -> answer")?;
/// let shape = ProgramShape::new()
///     .with("plan", ProgramShape::chain_of_thought(&plan))
///     .with("answer", ProgramShape::predict(&answer));
/// assert_eq!(shape.paths().collect::<Vec<_>>(), ["plan.predict", "answer"]);
/// # Ok::<(), dspex_signature::SignatureError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProgramShape(Vec<(String, Signature)>);

impl ProgramShape {
    /// A module without predictors, to which [`ProgramShape::with`] adds some.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// `dspy.Predict(signature)`.
    #[must_use]
    pub fn predict(signature: &Signature) -> Self {
        Self(vec![(String::new(), signature.clone())])
    }

    /// `dspy.ChainOfThought(signature)`, which asks for `reasoning: str` before the outputs.
    #[must_use]
    pub fn chain_of_thought(signature: &Signature) -> Self {
        Self(vec![("predict".to_owned(), signature.clone().with_reasoning())])
    }

    /// `dspy.ReAct(signature, tools)`, where `tools` are the names of the tools without `finish`,
    /// which DSPy adds.
    ///
    /// The instructions of `react`, which list the tools, are those of the file; the shape has the
    /// signature's own in their place.
    #[must_use]
    pub fn react<'a>(signature: &Signature, tools: impl IntoIterator<Item = &'a str>) -> Self {
        let tool_names = tools.into_iter().chain(["finish"]).map(Value::from).collect();
        let trajectory = || Field::new("trajectory", Type::Str);
        let outputs = signature.outputs().iter();
        let react = outputs.fold(signature.clone(), |react, output| react.delete(&output.name));
        let react = [
            (Side::Input, trajectory()),
            (Side::Output, Field::new("next_thought", Type::Str)),
            (Side::Output, Field::new("next_tool_name", Type::Literal(tool_names))),
            (Side::Output, Field::new("next_tool_args", Type::dict(Type::Str, Type::Any))),
        ]
        .into_iter()
        .fold(react, |react, (side, field)| append(react, side, field));
        let extract = append(signature.clone(), Side::Input, trajectory());
        Self(vec![
            ("react".to_owned(), react),
            ("extract.predict".to_owned(), extract.with_reasoning()),
        ])
    }

    /// The same module with another one as its attribute `name`; the same name again replaces it.
    ///
    /// Items of lists and dicts are named as DSPy names them: `steps[0]`, `by_topic['refund']`.
    #[must_use]
    pub fn with(mut self, name: &str, inner: Self) -> Self {
        for (path, signature) in inner.0 {
            let path = if path.is_empty() { name.to_owned() } else { format!("{name}.{path}") };
            match self.0.iter_mut().find(|(known, _)| *known == path) {
                Some((_, slot)) => *slot = signature,
                None => self.0.push((path, signature)),
            }
        }
        self
    }

    /// The paths, in order.
    pub fn paths(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter().map(|(path, _)| path.as_str())
    }

    /// The signature at a path.
    #[must_use]
    pub fn signature(&self, path: &str) -> Option<&Signature> {
        self.0.iter().find(|(known, _)| known == path).map(|(_, signature)| signature)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Signature)> {
        self.0.iter().map(|(path, signature)| (path.as_str(), signature))
    }
}

fn append(signature: Signature, side: Side, field: Field) -> Signature {
    signature.append(side, field).expect("the name is one that a field can have")
}
