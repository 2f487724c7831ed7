//! A prompt as one text. The last line is DSPy's, see NOTICE.

use crate::llm::Message;

/// What stands at the end of every prompt.
const BEGIN: &str = "BEGIN RESPONSE:";

/// The messages' texts, and where the answer begins.
///
/// # Errors
/// That there is more than texts.
pub(super) fn of(messages: &[Message]) -> Result<String, String> {
    let mut prompt = String::new();
    for message in messages {
        let text = message.only_text();
        prompt += text.ok_or_else(|| "completions of texts take nothing but texts".to_owned())?;
        prompt += "\n\n";
    }
    Ok(prompt + BEGIN)
}
