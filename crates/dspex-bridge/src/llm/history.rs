//! The last exchanges, as they were sent.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::{Completion, LmError};

/// Keeps the last exchanges of the models that are given it: the request's body as it was sent, and
/// the answer. Prompts and answers are private, so that nothing is kept unless somebody asks for it.
///
/// Clones share what they keep. No key is in it, for keys are sent in headers.
///
/// ```
/// use dspex_bridge::llm::{History, OpenAi};
///
/// let history = History::of(100).redact(|text| text.replace("Ada Lovelace", "[name]"));
/// let model = OpenAi::new("gpt-4o-mini").history(history.clone());
/// assert!(history.last(5).is_empty());
/// ```
#[derive(Clone)]
pub struct History {
    capacity: usize,
    redact: Option<Arc<Redact>>,
    exchanges: Arc<Mutex<VecDeque<Exchange>>>,
}

type Redact = dyn Fn(&str) -> String + Send + Sync;

/// One exchange with a provider.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Exchange {
    /// The model's name.
    pub lm: String,
    /// The request's body: JSON, as the provider got it.
    pub sent: String,
    /// What came back. The text of an error may quote what was sent, as servers do.
    pub answer: Result<Completion, LmError>,
    /// From sending the request to reading the last byte.
    pub took: Duration,
}

impl History {
    /// Keeps at most this many exchanges; older ones are forgotten.
    #[must_use]
    pub fn of(capacity: usize) -> Self {
        Self { capacity, redact: None, exchanges: Arc::default() }
    }

    /// The same, with what must not be kept taken out of every text before it is.
    #[must_use]
    pub fn redact(mut self, redact: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        self.redact = Some(Arc::new(redact));
        self
    }

    /// The last `n` exchanges, newest first.
    #[must_use]
    pub fn last(&self, n: usize) -> Vec<Exchange> {
        let exchanges = self.exchanges.lock().unwrap_or_else(PoisonError::into_inner);
        exchanges.iter().rev().take(n).cloned().collect()
    }

    pub(super) fn keep(&self, mut exchange: Exchange) {
        if let Some(redact) = &self.redact {
            exchange.sent = redact(&exchange.sent);
            match &mut exchange.answer {
                Ok(completion) => {
                    completion.text = redact(&completion.text);
                    completion.reasoning = completion.reasoning.as_deref().map(|text| redact(text));
                    for call in &mut completion.tool_calls {
                        call.arguments = redact(&call.arguments);
                    }
                }
                Err(error) => {
                    if let Some(message) = error.kind.message_mut() {
                        *message = redact(message);
                    }
                }
            }
        }
        let mut exchanges = self.exchanges.lock().unwrap_or_else(PoisonError::into_inner);
        exchanges.push_back(exchange);
        while exchanges.len() > self.capacity {
            exchanges.pop_front();
        }
    }
}

impl fmt::Debug for History {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("History").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}

impl fmt::Display for Exchange {
    /// The model, what was sent and what came back, each on lines of its own.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{} ({:.1?})\n> {}", self.lm, self.took, self.sent)?;
        match &self.answer {
            Ok(completion) => write!(formatter, "< {}", completion.text),
            Err(error) => write!(formatter, "! {error}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llm::LmErrorKind;

    #[test]
    fn the_newest_come_first_and_nothing_private_is_kept() {
        let history = History::of(2).redact(|text| text.replace("Ada", "[name]"));
        for number in 0..3 {
            history.keep(Exchange {
                lm: "m".to_owned(),
                sent: format!("Ada {number}"),
                answer: Ok(Completion::text("Ada's")),
                took: Duration::from_millis(5),
            });
        }
        let refusal = LmErrorKind::Refused { message: "no Ada here".to_owned() };
        let refused = History::of(1).redact(|text| text.replace("Ada", "[name]"));
        let (lm, sent, took) = ("m".to_owned(), String::new(), Duration::ZERO);
        refused.keep(Exchange { lm, sent, answer: Err(LmError::new("m", refusal)), took });
        assert!(refused.last(1)[0].to_string().contains("no [name] here"));
        let kept: Vec<String> = history.last(9).into_iter().map(|kept| kept.sent).collect();
        assert_eq!(kept, ["[name] 2", "[name] 1"]);
        assert_eq!(history.last(1)[0].to_string(), "m (5.0ms)\n> [name] 2\n< [name]'s");
    }
}
