//! Words that speak for a concept, in every language the model reads.

mod tone;
mod topics;

use super::text::{fold, is_unspaced};

/// A concept: what options call it, and the words of a text that speak for it.
pub(crate) struct Concept {
    /// Words by which an option, a field or its description names the concept.
    pub(crate) names: &'static [&'static str],
    /// Rows of a weight and stems, separated by `|`. A stem matches at the start of a word (anywhere in
    /// scripts without spaces), and only the whole word where it ends with `_`.
    pub(crate) stems: &'static [(f64, &'static str)],
}

/// The topic of what is about no purchase yet.
pub(crate) const GENERAL: &Concept = &topics::GENERAL;
/// What a text may be about; the first name of each is what other tables call it.
pub(crate) const TOPICS: &[&Concept] = &[
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
    /// The stems of this concept in a text that [`fold`] made comparable.
    pub(crate) fn hits(&self, folded: &str) -> Vec<Hit> {
        let mut hits: Vec<Hit> = Vec::new();
        for &(weight, stems) in self.stems {
            for (stem, name) in stems.split('|').map(|stem| (stem, stem.trim_end_matches('_'))) {
                // Languages share words, and some stems begin others: each counts once.
                let is_known =
                    hits.iter().any(|hit| hit.stem.starts_with(name) || name.starts_with(hit.stem));
                let n_found = if is_known { 0 } else { count(folded, stem).min(3) };
                if n_found > 0 {
                    hits.push(Hit { stem: name, weight: weight * (0.75 + 0.25 * n_found as f64) });
                }
            }
        }
        hits
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

fn count(folded: &str, stem: &str) -> usize {
    if stem.chars().any(is_unspaced) {
        return folded.matches(fold(stem).trim()).count();
    }
    let whole_word = stem.ends_with('_');
    let mut needle = fold(stem.trim_end_matches('_'));
    if !whole_word {
        needle.pop();
    }
    folded.matches(&needle).count()
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
