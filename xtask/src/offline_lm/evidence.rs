//! What the words of a request say: about what, how urgent, in which mood, in which language.

use super::entities::{self, Money};
use super::language::{self, Language};
use super::lexicon::{
    ANGER, CALM, Concept, DANGER, DEADLINE, GENERAL, LONG_WAIT, PRAISE, TOPICS, WORRY,
};
use super::prompt::Prompt;
use super::sentences::{self, Sentence};
use super::text::{fold, plain};

/// A text, read once for all fields of an answer.
pub(crate) struct Evidence {
    /// The longest input: what the request is about.
    pub(crate) document: String,
    pub(crate) language: Language,
    pub(crate) sentences: Vec<Sentence>,
    /// The sentences as one folded text.
    pub(crate) folded: String,
    pub(crate) orders: Vec<String>,
    pub(crate) money: Vec<Money>,
    topics: Vec<(&'static Concept, f64)>,
}

/// The moods the rules tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    Angry,
    Worried,
    Pleased,
    Neutral,
}

impl Evidence {
    /// Reads the inputs of a prompt.
    pub(crate) fn read(prompt: &Prompt) -> Self {
        let document_idx = (0..prompt.inputs.len())
            .max_by_key(|&idx| (prompt.inputs[idx].1.len(), std::cmp::Reverse(idx)));
        let document = document_idx.map_or_else(String::new, |idx| prompt.inputs[idx].1.clone());
        let hints = prompt.inputs.iter().enumerate().filter(|(idx, _)| Some(*idx) != document_idx);
        let field_names: Vec<&str> =
            prompt.outputs.iter().map(|field| field.name.as_str()).collect();
        let sentences = sentences::split(&plain(&document), &field_names);
        let folded: String = sentences.iter().map(|sentence| sentence.folded.as_str()).collect();
        let quoted: String =
            sentences.iter().map(|sentence| format!("{} ", sentence.text)).collect();
        let hints: Vec<String> = hints.map(|(_, (_, value))| fold(value)).collect();
        Self {
            topics: topics(&folded, &hints),
            language: language::detect(&quoted),
            orders: entities::order_numbers(&document),
            money: entities::amounts(&document),
            document,
            sentences,
            folded,
        }
    }

    /// The topics with their scores, the best first, and those without any score left out.
    pub(crate) fn topics(&self) -> &[(&'static Concept, f64)] {
        &self.topics
    }

    fn is_about_a_purchase(&self) -> bool {
        self.topics().first().is_some_and(|(topic, _)| topic.names[0] != GENERAL.names[0])
    }

    /// How much the best topic leads: 0.5 for none or a draw, towards 1 for many words of one topic only.
    pub(crate) fn confidence(&self) -> f64 {
        let topics = self.topics();
        let first = topics.first().map_or(0.0, |(_, score)| *score);
        let second = topics.get(1).map_or(0.0, |(_, score)| *score);
        0.5 + 0.5 * (first - second) / (first + second + 2.0)
    }

    /// From 1, can wait, to 5, cannot.
    pub(crate) fn urgency(&self) -> u8 {
        let mut level = if self.is_about_a_purchase() { 2.0 } else { 1.0 };
        let calm = CALM.score(&self.folded) > 0.0;
        if DANGER.score(&self.folded) > 0.0 {
            level += 2.5;
        }
        if !calm {
            level += DEADLINE.score(&self.folded).min(3.0) / 2.0;
            level += if self.mood() == Mood::Angry { 1.0 } else { 0.0 };
            level += if self.is_shouted() { 0.5 } else { 0.0 };
        } else {
            level -= 0.5;
        }
        level.round().clamp(1.0, 5.0) as u8
    }

    /// The mood that most words speak for.
    pub(crate) fn mood(&self) -> Mood {
        let anger = ANGER.score(&self.folded);
        let shouted = if self.is_shouted() { 2.0 } else { 0.0 };
        let waited = LONG_WAIT.score(&self.folded).min(2.0);
        let praise = PRAISE.score(&self.folded);
        let worry = WORRY.score(&self.folded) + DANGER.score(&self.folded).min(3.0);
        let anger = if anger > 0.0 || shouted > 0.0 { anger + shouted + waited } else { 0.0 };
        if praise >= 2.0 && anger == 0.0 && waited == 0.0 {
            Mood::Pleased
        } else if worry >= 2.0 && worry >= anger {
            Mood::Worried
        } else if anger >= 2.0 {
            Mood::Angry
        } else {
            Mood::Neutral
        }
    }

    /// Three words in capitals, or three exclamation marks in all.
    fn is_shouted(&self) -> bool {
        let quoted: Vec<&str> =
            self.sentences.iter().flat_map(|sentence| sentence.text.split(' ')).collect();
        let is_loud = |word: &&&str| {
            let letters: Vec<char> = word.chars().filter(|c| c.is_alphabetic()).collect();
            letters.len() >= 4 && letters.iter().all(|c| c.is_uppercase())
        };
        let n_marks: usize =
            quoted.iter().map(|word| word.chars().filter(|&c| c == '!').count()).sum();
        quoted.iter().filter(is_loud).count() >= 3
            || (n_marks >= 3 && PRAISE.score(&self.folded) == 0.0)
    }
}

/// What a text is about. A hint that names a topic (an input `topic` that an earlier step filled) outweighs
/// the words of the text.
fn topics(folded: &str, hints: &[String]) -> Vec<(&'static Concept, f64)> {
    let score = |topic: &&'static Concept| {
        let is_hinted = hints.iter().any(|hint| hint.len() < 40 && topic.is_named_in(hint));
        (*topic, topic.score(folded) + if is_hinted { 100.0 } else { 0.0 })
    };
    let mut topics: Vec<_> = TOPICS.iter().map(score).filter(|(_, score)| *score >= 2.0).collect();
    topics.sort_by(|a, b| b.1.total_cmp(&a.1));
    topics
}

impl Mood {
    /// The concept whose names an option of that mood has; none for neutral.
    pub(crate) fn concept(self) -> Option<&'static Concept> {
        match self {
            Self::Angry => Some(&ANGER),
            Self::Worried => Some(&WORRY),
            Self::Pleased => Some(&PRAISE),
            Self::Neutral => None,
        }
    }
}
