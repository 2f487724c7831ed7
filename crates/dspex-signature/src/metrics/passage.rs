//! Whether a passage contains an answer, word by word.

use super::{Answers, normalize_text};
use crate::value::unicode::{DprClass, dpr_class, lower, nfd};

/// Whether any passage contains any of the answers as a run of whole tokens; DSPy's
/// `answer_passage_match`.
///
/// Both sides are normalised first. A token is a run of letters, digits and marks, or any other
/// character that is neither a separator nor a control character, as the `regex` module tells
/// them. An answer without tokens is contained in every passage; without answers, no passage
/// contains one.
#[must_use]
pub fn answer_passage_match(
    passages: &(impl Answers + ?Sized),
    answers: &(impl Answers + ?Sized),
) -> bool {
    let answers: Vec<_> = answers.answers().map(|answer| tokens(&normalize_text(answer))).collect();
    passages.answers().any(|passage| {
        let passage = tokens(&normalize_text(passage));
        answers.iter().any(|answer| {
            answer.is_empty() || passage.windows(answer.len()).any(|window| window == answer)
        })
    })
}

/// The tokens of DPR's tokenizer, which DSPy uses, in lower case.
fn tokens(text: &str) -> Vec<String> {
    let text = nfd(text);
    let mut tokens = Vec::new();
    let mut word_start = None;
    for (start, char) in text.char_indices() {
        let class = dpr_class(char);
        if class == DprClass::Word {
            word_start.get_or_insert(start);
            continue;
        }
        tokens.extend(word_start.take().map(|word_start| lower(&text[word_start..start])));
        if class == DprClass::Single {
            tokens.push(lower(&text[start..start + char.len_utf8()]));
        }
    }
    tokens.extend(word_start.map(|word_start| lower(&text[word_start..])));
    tokens
}
