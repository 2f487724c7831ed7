//! An answer out of `genai`'s types.

use genai::chat::{ChatResponse, StopReason};

use crate::call::Usage;
use crate::llm::{Completion, Metadata, ToolCall};

pub(super) fn read(answer: &ChatResponse) -> Completion {
    let tokens = |count: Option<i32>| u64::try_from(count.unwrap_or(0)).unwrap_or(0);
    let (read, written) = (
        answer.usage.prompt_tokens_details.as_ref(),
        answer.usage.completion_tokens_details.as_ref(),
    );
    let usage = Usage {
        cache_read_tokens: tokens(read.and_then(|read| read.cached_tokens)),
        cache_write_tokens: tokens(read.and_then(|read| read.cache_creation_tokens)),
        reasoning_tokens: tokens(written.and_then(|written| written.reasoning_tokens)),
        ..Usage::new(tokens(answer.usage.prompt_tokens), tokens(answer.usage.completion_tokens))
    };
    let calls = answer
        .tool_calls()
        .into_iter()
        .map(|call| ToolCall::new(&*call.call_id, &*call.fn_name, call.fn_arguments.to_string()));
    Completion {
        text: answer.texts().concat(),
        tool_calls: calls.collect(),
        reasoning: answer.reasoning_content.clone(),
        finish_reason: answer.stop_reason.as_ref().map(word),
        usage,
        metadata: Metadata {
            id: answer.response_id.clone(),
            model: Some(answer.provider_model_iden.model_name.to_string()),
            ..Metadata::default()
        },
        ..Completion::default()
    }
}

/// The provider's own word for why it stopped.
fn word(reason: &StopReason) -> String {
    reason.raw().to_owned()
}
