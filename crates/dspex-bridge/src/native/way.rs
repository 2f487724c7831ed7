//! How a module asks and reads by one adapter: what is the same in each call, made once.

use std::sync::Arc;

use dspex_signature::{
    Adapter, Field, Fields, FormatError, ParseError, Parsed, PartialOutputs, PreparedAdapter,
    Signature, Type,
};

use super::response_format::response_format;
use crate::call::{CallError, CallErrorKind};
use crate::engine::Unsupported;
use crate::llm::{CompletionRequest, LmCapabilities, ResponseFormat, Sampling};

/// An adapter for one signature, and the form of answer that it asks for.
pub(super) struct Way {
    adapter: Arc<PreparedAdapter>,
    response_format: Option<ResponseFormat>,
}

impl Way {
    /// Renders what stays the same; `can` is what the model can do.
    pub(super) fn new(
        adapter: Adapter,
        signature: &Signature,
        can: LmCapabilities,
    ) -> Result<Self, Unsupported> {
        if let Some(field) = signature.outputs().iter().find(|field| field.ty.holds(&is_opaque)) {
            let Field { name, ty, .. } = field;
            return Err(Unsupported::new(format!(
                "output `{name}` of type `{ty}` is not native yet"
            )));
        }
        let unsupported = |why: &dyn std::fmt::Display| Unsupported::new(why.to_string());
        let prepared = adapter.prepare(signature).map_err(|error| unsupported(&error))?;
        let response_format = match adapter {
            Adapter::Json => {
                response_format(signature, can).map_err(|unsure| unsupported(&unsure.reason))?
            }
            _ => None,
        };
        Ok(Self { adapter: prepared.into(), response_format })
    }

    /// What reads a completion while it is written.
    pub(super) fn partial(&self) -> PartialOutputs {
        PartialOutputs::new(self.adapter.clone())
    }

    pub(super) fn adapter(&self) -> Adapter {
        self.adapter.adapter()
    }

    pub(super) fn signature(&self) -> &Signature {
        self.adapter.signature()
    }

    /// What a call asks the model.
    pub(super) fn request(
        &self,
        demos: &[Fields],
        inputs: &Fields,
        sampling: &Sampling,
    ) -> Result<CompletionRequest, CallError> {
        let messages = self.adapter.format(demos, inputs).map_err(|error| not_rendered(&error))?;
        let request = CompletionRequest::new(messages).with_sampling(sampling.clone());
        Ok(match &self.response_format {
            Some(format) => request.with_response_format(format.clone()),
            None => request,
        })
    }

    pub(super) fn parse(&self, completion: &str) -> Parsed {
        self.adapter.parse(completion)
    }

    /// What a completion most likely says that `parse` is not sure of, where that can be told.
    pub(super) fn parse_approximately(
        &self,
        completion: &str,
    ) -> Option<Result<Fields, ParseError>> {
        self.adapter.parse_approximately(completion)
    }
}

/// Whether this is a class that DSPy may take out of the prompt, for what the model can do by itself.
fn is_opaque(ty: &Type) -> bool {
    matches!(ty, Type::Opaque(_))
}

/// Inputs that are not rendered natively; DSPy renders them, so another engine may help.
fn not_rendered(error: &FormatError) -> CallError {
    let what = format!("rendering these inputs natively: {error}");
    CallErrorKind::NotSupportedYet { what }.into()
}
