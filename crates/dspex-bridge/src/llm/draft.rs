//! What has been read of an answer, whole or streamed.

use super::stops::Stops;
use super::{Completion, CompletionEvent, Quota, ToolCall};

/// An answer that is still being read, piece by piece.
#[derive(Debug, Default)]
pub struct Draft {
    /// What is known so far; its texts only grow.
    pub(super) completion: Completion,
    /// How much of the text and of the thoughts was told, in bytes.
    n_told: [usize; 2],
    /// The provider's number of each tool call, and how much of its arguments was told.
    calls: Vec<(u64, Option<usize>)>,
    /// Whether the provider has said that there is nothing more.
    pub(super) is_complete: bool,
    /// Where the answer ends, if the provider does not see to it.
    stops: Stops,
}

impl Draft {
    /// An answer of which only the headers are known, and where it ends.
    pub(super) fn told(quota: Quota, stops: Stops) -> Self {
        let mut draft = Self { stops, ..Self::default() };
        draft.completion.metadata.quota = quota;
        draft
    }

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

    /// The tool call that the provider numbers so; a new one where there is none yet.
    pub(super) fn call(&mut self, number: u64) -> &mut ToolCall {
        self.at(self.numbered(number), number)
    }

    /// The tool call that the provider numbers so, if there is one.
    pub(super) fn known_call(&mut self, number: u64) -> Option<&mut ToolCall> {
        self.numbered(number).map(|position| &mut self.completion.tool_calls[position])
    }

    /// The tool call that a piece belongs to. Some servers give all calls one number, others none: an
    /// id that is another one's begins a new call, and what has neither goes on with the last.
    pub(super) fn call_of(&mut self, number: Option<u64>, id: Option<&str>) -> &mut ToolCall {
        let id = id.unwrap_or_default();
        let known = match number {
            Some(number) => self.numbered(number),
            None => self.calls.len().checked_sub(1),
        };
        let is_its = |position: &usize| {
            let call = &self.completion.tool_calls[*position];
            id.is_empty() || call.id.is_empty() || call.id == id
        };
        let known = known.filter(is_its);
        self.at(known, number.unwrap_or(self.calls.len() as u64))
    }

    /// Where the last call of this number is.
    fn numbered(&self, number: u64) -> Option<usize> {
        self.calls.iter().rposition(|(known, _)| *known == number)
    }

    /// The call at a position, or a new one of this number.
    fn at(&mut self, known: Option<usize>, number: u64) -> &mut ToolCall {
        let position = known.unwrap_or_else(|| {
            self.calls.push((number, None));
            self.completion.tool_calls.push(ToolCall::default());
            self.calls.len() - 1
        });
        &mut self.completion.tool_calls[position]
    }

    /// One more tool call.
    pub(super) fn next_call(&mut self) -> &mut ToolCall {
        self.call(self.calls.len() as u64)
    }

    /// Ends the answer where it should, `true`, or leaves it. What was told holds no such end, for what
    /// may begin one is not told.
    pub(super) fn cut(&mut self) -> bool {
        let is_cut = self.stops.cut(&mut self.completion, self.n_told[0]);
        self.is_complete |= is_cut;
        is_cut
    }

    /// What was read since the last time, the thoughts before the text, tool calls last.
    pub(super) fn untold(&mut self) -> Vec<CompletionEvent> {
        let Self { completion, n_told: [text_told, thoughts_told], stops, .. } = self;
        let thoughts = completion.reasoning.as_deref().unwrap_or_default();
        let thoughts = rest(thoughts, thoughts_told).map(CompletionEvent::Reasoning);
        let end = match self.is_complete {
            true => completion.text.len(),
            false => stops.tellable(&completion.text).max(*text_told),
        };
        let text = rest(&completion.text[..end], text_told).map(CompletionEvent::Text);
        let mut events: Vec<_> = thoughts.into_iter().chain(text).collect();
        for (index, (call, (_, n_told))) in
            self.completion.tool_calls.iter().zip(&mut self.calls).enumerate()
        {
            // A call without arguments is told too, once.
            let is_new = n_told.is_none();
            let piece = rest(&call.arguments, n_told.get_or_insert(0));
            if is_new || piece.is_some() {
                let (name, arguments) = (call.name.clone(), piece.unwrap_or_default());
                events.push(CompletionEvent::ToolCall { index, name, arguments });
            }
        }
        events
    }
}

/// What follows on the part that was told; nothing where there is no more.
fn rest(text: &str, n_told: &mut usize) -> Option<String> {
    // A provider that begins a call anew has less to tell than before.
    let rest = text.get(std::mem::replace(n_told, text.len())..).unwrap_or_default();
    (!rest.is_empty()).then(|| rest.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_is_not_told_again() {
        let mut draft = Draft::default();
        draft.write("a");
        draft.call(7).name = "add".to_owned();
        let call = |arguments: &str| CompletionEvent::ToolCall {
            index: 0,
            name: "add".to_owned(),
            arguments: arguments.to_owned(),
        };
        assert_eq!(draft.untold(), [CompletionEvent::Text("a".to_owned()), call("")]);
        draft.think("hm");
        draft.call(7).arguments.push_str("{}");
        assert_eq!(draft.untold(), [CompletionEvent::Reasoning("hm".to_owned()), call("{}")]);
        assert_eq!(draft.untold(), []);
        assert_eq!(draft.completion.tool_calls, [ToolCall::new("", "add", "{}")]);
    }
}
