//! Replies in the user's types: inputs are read out of a prompt, outputs written as it asks.

use std::borrow::Cow;

use dspex_signature::{
    Adapter, ChatAdapter, Coerced, Field, Fields, Parsed, PreparedAdapter, Record, Signature, Type,
    TypedSignature, coerce,
};

use crate::call::Reasoned;
use crate::llm::{CompletionRequest, LmErrorKind, Message};

/// The text that a model writes for an answer in the user's types.
pub(super) fn reply<S: TypedSignature>(
    request: &CompletionRequest,
    answer: &impl Fn(S) -> S::Output,
) -> Result<String, LmErrorKind> {
    let prompt = request.messages.last().map_or(Cow::Borrowed(""), Message::text);
    let text = asked(S::signature(), &prompt).and_then(|asked| {
        let inputs = asked.inputs()?;
        let input = S::from_fields(&inputs).map_err(|error| error.to_string())?;
        asked.write(&inputs, answer(input).into_fields())
    });
    text.map_err(|message| LmErrorKind::Refused { message })
}

/// What a prompt asks for: the adapter that wrote it, prepared for what has to be answered, and the
/// part that holds the inputs.
struct Asked<'p> {
    adapter: PreparedAdapter,
    inputs: &'p str,
}

/// What a prompt asks for the outputs of a signature, with reasoning before them or without.
fn asked<'p>(signature: &Signature, prompt: &'p str) -> Result<Asked<'p>, String> {
    let forms = [Some(signature.clone()), with_reasoning(signature)];
    for form in forms.iter().flatten() {
        for adapter in [Adapter::Chat, Adapter::Json, Adapter::Xml] {
            // What an adapter cannot render it has not rendered.
            let Ok(adapter) = adapter.prepare(form) else { continue };
            if let Some(inputs) = adapter.inputs_of(prompt) {
                return Ok(Asked { adapter, inputs });
            }
        }
    }
    Err(format!("the prompt does not ask for the outputs of `{}`", signature.name()))
}

/// The signature as `ChainOfThought` asks it; `None` where it has such an output itself.
fn with_reasoning(signature: &Signature) -> Option<Signature> {
    let reasoning = Field::new(Reasoned::<Fields>::FIELD, Type::Str);
    let outputs = [reasoning].into_iter().chain(signature.outputs().iter().cloned()).collect();
    let inputs = signature.inputs().to_vec();
    Signature::new(signature.name(), Some(signature.instructions()), inputs, outputs).ok()
}

impl Asked<'_> {
    /// Reads the inputs as they stand in the prompt.
    fn inputs(&self) -> Result<Fields, String> {
        let inputs = self.adapter.signature().inputs();
        match self.adapter.adapter() {
            Adapter::Xml => elements(inputs, self.inputs),
            _ => sections(inputs, self.inputs),
        }
    }

    /// Writes the outputs as the adapter writes those of a demo.
    fn write(&self, inputs: &Fields, outputs: Fields) -> Result<String, String> {
        let reasoning = Fields::new().with(Reasoned::<Fields>::FIELD, "As scripted.");
        let demo = inputs.clone().into_iter().chain(reasoning).chain(outputs).collect();
        let messages = self.adapter.format(&[demo], inputs).map_err(|error| error.to_string())?;
        let written = messages.into_iter().rev().nth(1);
        written.map(|message| message.content).ok_or_else(|| "the adapter wrote no demo".to_owned())
    }
}

/// Reads inputs under headers with the parser of `ChatAdapter`: to it, they are outputs.
fn sections(inputs: &[Field], text: &str) -> Result<Fields, String> {
    let mirror = Signature::new("inputs", None, Vec::new(), inputs.to_vec());
    match ChatAdapter.parse(&mirror.map_err(|error| error.to_string())?, text) {
        Parsed::Exact(inputs) => Ok(inputs),
        Parsed::Fails(error) => Err(format!("the prompt does not hold the inputs: {error}")),
        Parsed::Unsure(unsure) => Err(format!("the prompt cannot be read back: {unsure}")),
    }
}

/// Reads inputs in elements, whose texts are no XML: an `&` in them stands for itself.
fn elements(inputs: &[Field], text: &str) -> Result<Fields, String> {
    let mut rest = text;
    let mut fields = Fields::new();
    for (place, field) in inputs.iter().enumerate() {
        let missing = || format!("the prompt does not hold the input `{}`", field.name);
        let close = format!("\n</{}>", field.name);
        let (_, after) = rest.split_once(&format!("<{}>\n", field.name)).ok_or_else(missing)?;
        // An element ends where the next one begins, whatever its text holds.
        let end = match inputs.get(place + 1) {
            Some(next) => after.find(&format!("{close}\n\n<{}>\n", next.name)),
            None => after.rfind(&close),
        };
        let end = end.ok_or_else(missing)?;
        match coerce(&field.ty, &after[..end]) {
            Coerced::Exact(value) => fields.insert(field.name.clone(), value),
            _ => return Err(format!("the input `{}` cannot be read back", field.name)),
        };
        rest = &after[end..];
    }
    Ok(fields)
}
