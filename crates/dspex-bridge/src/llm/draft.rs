//! What has been read of a streamed answer.

use super::{Completion, CompletionEvent};

/// An answer that is still being read, event by event.
#[derive(Debug, Default)]
pub struct Draft {
    /// What is known so far; its text grows by [`Draft::write`] alone.
    pub(super) completion: Completion,
    /// Pieces that nobody has been given yet.
    pieces: Vec<CompletionEvent>,
    /// Whether the provider has said that there is nothing more.
    pub(super) is_complete: bool,
}

impl Draft {
    /// A piece of the text.
    pub(super) fn write(&mut self, piece: &str) {
        if !piece.is_empty() {
            self.completion.text.push_str(piece);
            self.pieces.push(CompletionEvent::Text(piece.to_owned()));
        }
    }

    /// A piece of what the model thinks.
    pub(super) fn think(&mut self, piece: &str) {
        if !piece.is_empty() {
            self.completion.reasoning.get_or_insert_default().push_str(piece);
            self.pieces.push(CompletionEvent::Reasoning(piece.to_owned()));
        }
    }

    /// The pieces since the last time.
    pub(super) fn take_pieces(&mut self) -> Vec<CompletionEvent> {
        std::mem::take(&mut self.pieces)
    }
}
