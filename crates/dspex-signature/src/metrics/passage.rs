//! Whether a passage contains an answer, word by word.

use unicode_normalization::UnicodeNormalization;

use super::{Answers, decided, normalize::first, normalize_text};
use crate::Unsure;

/// Whether any passage contains any of the answers as a run of whole tokens; DSPy's
/// `answer_passage_match`.
///
/// Both sides are normalised first. A token is a run of letters, digits and marks, or any other
/// character that is neither a separator nor a control character. An answer without tokens is
/// contained in every passage.
#[must_use]
pub fn answer_passage_match(
    passages: &(impl Answers + ?Sized),
    answers: &(impl Answers + ?Sized),
) -> bool {
    let answers: Vec<_> = answers.answers().map(normalize_text).collect();
    let answers: Vec<_> = answers.iter().map(|answer| tokens(answer)).collect();
    passages.answers().any(|passage| {
        let passage = tokens(&normalize_text(passage));
        answers.iter().any(|answer| {
            answer.is_empty() || passage.windows(answer.len()).any(|window| window == answer)
        })
    })
}

/// Whether [`answer_passage_match`] gives for this passage or answer what DSPy gives.
///
/// # Errors
/// [`Unsure`] as in [`decided`], and for rare characters whose class in DSPy's tokenizer is not
/// known here.
pub fn decided_passage(text: &str) -> Result<(), Unsure> {
    decided(text)?;
    first(text, |char| class(char).is_none())
}

/// The tokens of DPR's tokenizer, which DSPy uses, in lower case.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut word = String::new();
    for char in text.nfd() {
        let class = class(char).unwrap_or(Class::Word);
        if class == Class::Word {
            word.push(char);
            continue;
        }
        if !word.is_empty() {
            tokens.push(std::mem::take(&mut word).to_lowercase());
        }
        if class == Class::Single {
            tokens.push(char.to_lowercase().collect());
        }
    }
    if !word.is_empty() {
        tokens.push(word.to_lowercase());
    }
    tokens
}

#[derive(Clone, Copy, PartialEq)]
enum Class {
    /// Letters, numbers, marks.
    Word,
    /// A token of its own.
    Single,
    /// Separators and control characters.
    Between,
}

/// The class of a character, as far as the standard library and a few ranges tell.
fn class(char: char) -> Option<Class> {
    match char {
        _ if char.is_control() || char.is_whitespace() => Some(Class::Between),
        _ if char.is_ascii_alphanumeric() => Some(Class::Word),
        _ if char.is_ascii() => Some(Class::Single),
        // Soft hyphen.
        '\u{ad}' => Some(Class::Between),
        // Marks that decomposition leaves behind: Latin, Greek and Cyrillic accents, and the
        // voicing of kana.
        '\u{300}'..='\u{36f}' | '\u{3099}' | '\u{309a}' => Some(Class::Word),
        // Circled letters are alphabetic to the standard library and symbols to the tokenizer.
        '\u{24b6}'..='\u{24e9}' | '\u{1f130}'..='\u{1f189}' => None,
        _ if char.is_alphanumeric() => Some(Class::Word),
        // Latin-1 signs; dashes, quotes and other general punctuation; currencies; arrows,
        // operators, boxes and shapes; dingbats; ideographic punctuation; full-width punctuation;
        // pictographs and emoji, whose modifiers of skin are symbols as well.
        '\u{a1}'..='\u{bf}'
        | '×'
        | '÷'
        | '\u{2010}'..='\u{2027}'
        | '\u{2030}'..='\u{205e}'
        | '\u{20a0}'..='\u{20c0}'
        | '\u{2190}'..='\u{2426}'
        | '\u{2500}'..='\u{2767}'
        | '\u{3001}'..='\u{3004}'
        | '\u{3008}'..='\u{3020}'
        | '\u{ff01}'..='\u{ff0f}'
        | '\u{ff1a}'..='\u{ff20}'
        | '\u{1f300}'..='\u{1f6d2}'
        | '\u{1f900}'..='\u{1f9ff}' => Some(Class::Single),
        // Variation selectors are marks; joiners are format characters.
        '\u{fe00}'..='\u{fe0f}' => Some(Class::Word),
        '\u{200b}'..='\u{200f}' | '\u{feff}' => Some(Class::Between),
        _ => None,
    }
}
