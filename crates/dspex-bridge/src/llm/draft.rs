//! What has been read of an answer, whole or streamed.

use super::{Completion, CompletionEvent};

/// An answer that is still being read, piece by piece.
#[derive(Debug, Default)]
pub struct Draft {
    /// What is known so far; its texts only grow.
    pub(super) completion: Completion,
    /// How much of the text and of the thoughts was told, in bytes.
    n_told: [usize; 2],
    /// Whether the provider has said that there is nothing more.
    pub(super) is_complete: bool,
}

impl Draft {
    /// A piece of the text.
    pub(super) fn write(&mut self, piece: &str) {
        self.completion.text.push_str(piece);
    }

    /// A piece of what the model thinks.
    pub(super) fn think(&mut self, piece: &str) {
        if !piece.is_empty() {
            self.completion.reasoning.get_or_insert_default().push_str(piece);
        }
    }

    /// What was read since the last time, the thoughts before the text.
    pub(super) fn untold(&mut self) -> Vec<CompletionEvent> {
        let Self { completion, n_told: [text_told, thoughts_told], .. } = self;
        let thoughts = completion.reasoning.as_deref().unwrap_or_default();
        let thoughts = rest(thoughts, thoughts_told).map(CompletionEvent::Reasoning);
        let text = rest(&completion.text, text_told).map(CompletionEvent::Text);
        thoughts.into_iter().chain(text).collect()
    }
}

/// What follows on the part that was told; nothing where there is no more.
fn rest(text: &str, n_told: &mut usize) -> Option<String> {
    let rest = &text[std::mem::replace(n_told, text.len())..];
    (!rest.is_empty()).then(|| rest.to_owned())
}
