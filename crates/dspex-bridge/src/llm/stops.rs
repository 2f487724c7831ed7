//! Texts before which an answer ends, for providers that do not look for them.

use dspex_signature::Value;

use super::{Completion, Sampling};

/// DSPy's name for the parameter.
pub(super) const PARAMETER: &str = "stop";

/// The texts; none of them is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stops(Vec<String>);

impl Stops {
    /// What a request says, or the model's `own`.
    ///
    /// # Errors
    /// For something else than a text or a list of texts.
    pub(super) fn read(sampling: &Sampling, own: &Sampling) -> Result<Self, String> {
        let said = [sampling, own].into_iter().find_map(|said| said.extra.value(PARAMETER));
        let stops = match said {
            None | Some(Value::Null) => Some(Vec::new()),
            Some(Value::Text(stop)) => Some(vec![stop.clone()]),
            Some(Value::List(stops) | Value::Tuple(stops)) => {
                stops.iter().map(|stop| stop.as_str().map(str::to_owned)).collect()
            }
            Some(_) => None,
        };
        let mut stops = stops
            .ok_or_else(|| format!("parameter `{PARAMETER}` is no text and no list of texts"))?;
        stops.retain(|stop| !stop.is_empty());
        Ok(Self(stops))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Ends an answer at the first of the texts; `false` where none of them is there. Before `start`
    /// none is.
    pub(super) fn cut(&self, completion: &mut Completion, start: usize) -> bool {
        let text = &completion.text[start..];
        let Some(end) = self.0.iter().filter_map(|stop| text.find(stop.as_str())).min() else {
            return false;
        };
        completion.text.truncate(start + end);
        completion.finish_reason = Some("stop".to_owned());
        true
    }

    /// How much of a text is told before more of it is known: what follows may be the beginning of
    /// one of the texts.
    pub(super) fn tellable(&self, text: &str) -> usize {
        let longest = self.0.iter().map(String::len).max().unwrap_or(1);
        text.floor_char_boundary((text.len() + 1).saturating_sub(longest))
    }
}

#[cfg(test)]
mod tests {
    use dspex_signature::fields;

    use super::*;

    fn stops(value: impl Into<Value>) -> Result<Stops, String> {
        let extra = fields! { "stop" => value.into() };
        Stops::read(&Sampling { extra, ..Sampling::default() }, &Sampling::default())
    }

    #[test]
    fn a_text_or_several_are_read() {
        assert_eq!(stops("x").unwrap(), Stops(vec!["x".to_owned()]));
        let own = Sampling { extra: fields! { "stop" => vec!["", "y"] }, ..Sampling::default() };
        let read = Stops::read(&Sampling::default(), &own).unwrap();
        assert_eq!(read, Stops(vec!["y".to_owned()]));
        assert!(stops(Value::Null).unwrap().is_empty());
        assert_eq!(stops(7).unwrap_err(), "parameter `stop` is no text and no list of texts");
    }

    #[track_caller]
    fn cuts(text: &str, expected: &str) {
        let mut completion = Completion::text(text);
        let is_cut = stops(vec!["END", "é"]).unwrap().cut(&mut completion, 0);
        assert_eq!((&*completion.text, is_cut), (expected, text != expected));
    }

    #[test]
    fn an_answer_ends_at_the_first_of_them() {
        cuts("Leeds END York é", "Leeds ");
        cuts("Le\u{e9}ds END", "Le");
        cuts("Leeds EN", "Leeds EN");
    }

    #[test]
    fn what_may_begin_one_is_not_told_yet() {
        let stops = stops("END").unwrap();
        assert_eq!(stops.tellable("Leeds E"), 5);
        assert_eq!(stops.tellable("aé"), 1);
        assert_eq!(stops.tellable(""), 0);
        assert_eq!(Stops::default().tellable("Leeds"), 5);
    }
}
