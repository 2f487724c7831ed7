//! `stream`: a completion in pieces against the texts that DSPy's listeners heard, and against the outputs
//! that DSPy read in the end.

use std::sync::Arc;

use dspex_signature::{PartialOutputs, PreparedAdapter};
use serde_json::Value as Json;

use super::prepared;
use crate::parity::{Case, Verdict};

pub(super) fn replay(case: &Case) -> Verdict {
    let prepared = match prepared(case) {
        Ok(prepared) => Arc::new(prepared),
        Err(verdict) => return verdict,
    };
    let cuts = case.given.get("cuts").and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
    let read: Vec<_> =
        cuts.iter().map(|cut| read(&prepared, case.text("completion"), cut)).collect();
    let names = prepared.signature().outputs().iter().map(|field| field.name.as_str());
    let verdicts = names.filter_map(|name| judge(case, &read, name));
    let worst = verdicts.max_by_key(Verdict::kind);
    worst.unwrap_or_else(|| different("a text that DSPy's listeners heard", "none"))
}

/// The outputs after a completion that came in pieces.
fn read(prepared: &Arc<PreparedAdapter>, completion: &str, cut: &Json) -> PartialOutputs {
    let mut outputs = PartialOutputs::new(prepared.clone());
    let chars: Vec<char> = completion.chars().collect();
    let position = |place: &Json| usize::try_from(place.as_u64()?).ok();
    let places: Vec<usize> = match cut {
        Json::Array(places) => places.iter().filter_map(position).collect(),
        length => (0..chars.len()).step_by(position(length).unwrap_or(1).max(1)).skip(1).collect(),
    };
    let mut start = 0;
    for end in places.into_iter().chain([chars.len()]) {
        let piece: String = chars.get(start..end).unwrap_or_default().iter().collect();
        outputs.push(&piece);
        start = end;
    }
    outputs.finish();
    outputs
}

/// The verdict on one output; none where DSPy's listeners heard nothing of it.
///
/// A listener that loses its place tells more or less than the output; that it tells what DSPy reads in
/// the end says that it did not. Where it always does, there is nothing to be equal to.
fn judge(case: &Case, read: &[PartialOutputs], name: &str) -> Option<Verdict> {
    let heard = case.expect.get("texts").and_then(Json::as_array)?;
    let heard: Vec<&str> = heard.iter().filter_map(|texts| texts.get(name)?.as_str()).collect();
    if heard.is_empty() {
        return None;
    }
    let actual = read.first()?.text(name);
    if let Some(other) = read.iter().map(|outputs| outputs.text(name)).find(|text| *text != actual)
    {
        return Some(different(&format!("{actual:?} for any pieces"), &format!("{other:?}")));
    }
    let answered = case.expect.pointer(&format!("/outputs/{name}")).and_then(Json::as_str);
    let is_heard = |text: Option<&str>| text.is_some_and(|text| heard.contains(&text));
    let is_equal = match is_heard(answered) {
        true => actual == answered,
        false => is_heard(actual),
    };
    Some(match is_equal {
        true => Verdict::Native,
        false if actual == answered => {
            Verdict::Declined(format!("DSPy's streams of `{name}` are not what it answers"))
        }
        false => different(&format!("{heard:?}"), &format!("{actual:?}")),
    })
}

fn different(expected: &str, actual: &str) -> Verdict {
    Verdict::Differ { expected: expected.to_owned(), actual: actual.to_owned() }
}
