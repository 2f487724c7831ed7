//! Words that speak for a concept, in every language the model reads.

mod tone;
mod topics;

use std::sync::OnceLock;

use super::text::{fold, is_unspaced};

/// A concept: what options call it, and the words of a text that speak for it.
pub(crate) struct Concept {
    /// Words by which an option, a field or its description names the concept.
    pub(crate) names: &'static [&'static str],
    /// Rows of a weight and stems, separated by `|`. A stem matches at the start of a word (anywhere in
    /// scripts without spaces), and only the whole word where it ends with `_`.
    stems: &'static [(f64, &'static str)],
    /// `stems` as they are looked for, made at the first look.
    needles: OnceLock<Vec<Needle>>,
}

/// One stem, ready to be found in a folded text.
struct Needle {
    stem: &'static str,
    folded: String,
    weight: f64,
}

/// The topic of what is about no purchase yet.
pub(crate) static GENERAL: &Concept = &topics::GENERAL;
/// What a text may be about; the first name of each is what other tables call it.
pub(crate) static TOPICS: &[&Concept] = &[
    &topics::DELIVERY,
    &topics::REFUND,
    &topics::FAULT,
    &topics::BILLING,
    &topics::ACCOUNT,
    &topics::GENERAL,
];
pub(crate) use tone::{
    ANGER, CALM, DANGER, DEADLINE, INJECTION, LONG_WAIT, PRAISE, REQUEST, WORRY,
};

/// A stem found in a text, and what it weighs there.
pub(crate) struct Hit {
    /// The stem as the table has it.
    pub(crate) stem: &'static str,
    /// Its weight; a stem found again and again weighs at most half as much more.
    pub(crate) weight: f64,
}

impl Concept {
    const fn new(names: &'static [&'static str], stems: &'static [(f64, &'static str)]) -> Self {
        Self { names, stems, needles: OnceLock::new() }
    }

    /// The stems of this concept in a text that [`fold`] made comparable.
    pub(crate) fn hits(&self, folded: &str) -> Vec<Hit> {
        let mut hits: Vec<Hit> = Vec::new();
        for Needle { stem, folded: needle, weight } in self.needles() {
            if !folded.contains(needle) {
                continue;
            }
            // Languages share words, and some stems begin others: each counts once.
            if hits.iter().any(|hit| hit.stem.starts_with(stem) || stem.starts_with(hit.stem)) {
                continue;
            }
            let n_found = folded.matches(needle).take(3).count();
            hits.push(Hit { stem, weight: weight * (0.75 + 0.25 * n_found as f64) });
        }
        hits
    }

    fn needles(&self) -> &[Needle] {
        self.needles.get_or_init(|| {
            let stems = self
                .stems
                .iter()
                .flat_map(|(weight, row)| row.split('|').map(move |stem| (*weight, stem)));
            stems.map(|(weight, stem)| Needle::new(weight, stem)).collect()
        })
    }

    /// The sum of [`Concept::hits`].
    pub(crate) fn score(&self, folded: &str) -> f64 {
        self.hits(folded).iter().map(|hit| hit.weight).sum()
    }

    /// Whether a folded option or field name names this concept.
    pub(crate) fn is_named_in(&self, folded_name: &str) -> bool {
        self.names.iter().any(|name| folded_name.contains(&format!(" {name}")))
    }
}

impl Needle {
    fn new(weight: f64, stem: &'static str) -> Self {
        let name = stem.trim_end_matches('_');
        let mut folded = fold(name);
        if name.chars().any(is_unspaced) {
            folded = folded.trim().to_owned();
        } else if name == stem {
            // Without the space at its end it matches the start of longer words, too.
            folded.pop();
        }
        Self { stem: name, folded, weight }
    }
}

#[cfg(test)]
mod tests {
    use super::{TOPICS, fold, topics};

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let folded = fold(text);
        let best = TOPICS
            .iter()
            .max_by(|a, b| a.score(&folded).total_cmp(&b.score(&folded)))
            .expect("there are topics");
        assert_eq!(best.names[0], expected, "topic of {text:?}");
    }

    #[test]
    fn the_same_matter_is_seen_in_every_language() {
        for text in [
            "Where is my parcel?",
            "Wo ist mein Paket?",
            "¿Dónde está mi paquete?",
            "Où est mon colis ?",
            "包裹在哪里",
            "荷物が届きません",
        ] {
            check(text, "delivery");
        }
        check("ich will mein geld zurück", "refund");
        check("la facture est fausse", "billing");
        check("비밀번호를 잊었어요", "account");
    }

    #[test]
    fn a_stem_marked_whole_does_not_match_inside_a_longer_word() {
        assert_eq!(topics::BILLING.score(&fold("a vatican tour")), 0.0);
        assert!(topics::BILLING.score(&fold("VAT is missing")) > 0.0);
    }
}
