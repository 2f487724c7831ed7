//! Several attempts at an answer, compared by a model: `dspy.MultiChainComparison`.

use std::ops::Deref;
use std::sync::Arc;

use dspex_bridge::{ModuleKind, ModuleSpec, Reasoned};
use dspex_signature::{
    Field, Fields, Part, Record, RecordShape, Side, Signature, Type, TypedSignature, Value,
    ValueError,
};

use crate::{Call, Module, Orchestrator};

/// How much a model varies that compares, where nobody says.
const TEMPERATURE: f64 = 0.7;

/// Your output, with how the model corrected the attempts beside it; reads like your output.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared<T> {
    /// The reasoning behind the answer.
    pub rationale: String,
    output: T,
}

impl<T> Compared<T> {
    /// The name of the field that the module adds.
    pub const FIELD: &'static str = "rationale";

    /// The output alone.
    pub fn into_inner(self) -> T {
        self.output
    }
}

impl<T> Deref for Compared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.output
    }
}

impl<T: Record> Record for Compared<T> {
    const SHAPE: RecordShape =
        RecordShape { name: T::SHAPE.name, open: T::SHAPE.open, parts: &[Part::Flat(&T::SHAPE)] };
    const FULL_NAMES: &'static [(&'static str, &'static str)] = T::FULL_NAMES;

    fn into_fields(self) -> Fields {
        let rationale = Fields::new().with(Self::FIELD, self.rationale);
        rationale.into_iter().chain(self.output.into_fields()).collect()
    }

    fn from_fields(fields: &Fields) -> Result<Self, ValueError> {
        Ok(Self { rationale: fields.get(Self::FIELD)?, output: T::from_fields(fields)? })
    }
}

/// Compares a fixed number of attempts, and answers from them.
pub struct MultiChainComparison<S: TypedSignature> {
    module: Module<Fields, Compared<S::Output>>,
    n_attempts: usize,
    /// The output that an attempt is told by.
    last: String,
    signature: std::marker::PhantomData<fn(S)>,
}

impl<S: TypedSignature> MultiChainComparison<S> {
    /// A module that compares `n_attempts` attempts at the signature of `S`.
    #[must_use]
    pub fn new(orchestrator: Arc<Orchestrator>, n_attempts: usize) -> Self {
        let signature = S::signature();
        let last = signature.outputs().last().map(|field| field.name.clone()).unwrap_or_default();
        let mut spec =
            ModuleSpec::new(ModuleKind::Predict, Arc::new(comparing(signature, n_attempts)));
        spec.sampling.temperature = Some(TEMPERATURE);
        let module = Module::from_spec(orchestrator, spec);
        Self { module, n_attempts, last, signature: std::marker::PhantomData }
    }

    /// The same comparison with `change` made to its module: another model, another temperature.
    #[must_use]
    pub fn with(
        self,
        change: impl FnOnce(Module<Fields, Compared<S::Output>>) -> Module<Fields, Compared<S::Output>>,
    ) -> Self {
        Self { module: change(self.module), ..self }
    }

    /// A call with this input and these attempts: the fields of `ChainOfThought`'s predictions, or
    /// [`Meta::completions`](dspex_bridge::Meta::completions) of one.
    ///
    /// # Errors
    /// [`ValueError`] where there are more or fewer attempts than the comparison is for, or one lacks
    /// its reasoning.
    pub fn call<'a>(
        &self,
        input: S,
        attempts: impl IntoIterator<Item = &'a Fields>,
    ) -> Result<Call<Compared<S::Output>>, ValueError> {
        let told = attempts.into_iter().map(|attempt| told(attempt, &self.last));
        let told: Vec<String> = told.collect::<Result<_, _>>()?;
        if told.len() != self.n_attempts {
            let found = format!("{} of them", told.len());
            let expected = format!("{} attempts", self.n_attempts);
            return Err(ValueError::new(expected, found).in_field("attempts"));
        }
        let told = told.into_iter().enumerate();
        let told = told.map(|(place, told)| (attempt_name(place), Value::from(told)));
        Ok(self.module.call(told.chain(input.into_fields()).collect()))
    }
}

fn attempt_name(place: usize) -> String {
    format!("reasoning_attempt_{}", place + 1)
}

/// The signature with the attempts behind its inputs, and a corrected reasoning before its outputs.
///
/// Names, prefixes and descriptions are DSPy's, for equality on the wire.
fn comparing(signature: &Signature, n_attempts: usize) -> Signature {
    let attempts = (0..n_attempts).map(|place| {
        Field::new(attempt_name(place), Type::Str)
            .with_prefix(format!("Student Attempt #{}:", place + 1))
            .with_desc("${reasoning attempt}")
    });
    let known = "the names can be fields'";
    let signature = attempts.fold(signature.clone(), |signature, attempt| {
        signature.append(Side::Input, attempt).expect(known)
    });
    let rationale = Field::new("rationale", Type::Str)
        .with_prefix("Accurate Reasoning: Thank you everyone. Let's now holistically")
        .with_desc("${corrected reasoning}");
    signature.insert(Side::Output, 0, rationale).expect(known)
}

/// One attempt as the model reads it: the first lines of its reasoning and of its answer.
fn told(attempt: &Fields, last: &str) -> Result<String, ValueError> {
    let names = [Compared::<Fields>::FIELD, Reasoned::<Fields>::FIELD];
    let reasoning = names.iter().find_map(|name| attempt.value(name));
    let Some(Value::Text(reasoning)) = reasoning else {
        let found = reasoning.unwrap_or(&Value::Null).python_type();
        return Err(ValueError::new("str", found).in_field(names[1]));
    };
    let answer = attempt.value(last).unwrap_or(&Value::Null).python_str();
    let [reasoning, answer] = [reasoning, &answer].map(|text| first_line(text));
    Ok(format!("«I'm trying to {reasoning} I'm not sure but my prediction is {answer}»"))
}

fn first_line(text: &str) -> &str {
    text.trim().split('\n').next().unwrap_or_default().trim()
}
