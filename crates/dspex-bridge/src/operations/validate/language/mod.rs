//! `language`: a text in one of some languages.

mod codes;

use std::sync::Arc;

use dspex_signature::Value;
use whatlang::{Lang, detect};

use super::found::TEXT_BYTES;
use super::{Found, Options, Row, Rule, ValidatorError};

pub(super) const ROW: Row = Row {
    name: "language",
    about: "a text that is in one of `languages`, told from its letters with `min_confidence`",
    options: &["languages", "min_confidence"],
    build,
};

/// How much of a text is looked at, in bytes from its beginning.
const LOOK_BYTES: usize = 16 << 10;

struct Language {
    languages: Vec<Lang>,
    min_confidence: f64,
}

fn build(options: &Options<'_>) -> Result<Arc<dyn Rule>, ValidatorError> {
    let fault = |why| options.fault("languages", why);
    let named = options.texts("languages")?.unwrap_or_default();
    if named.is_empty() {
        return Err(fault("is missing".to_owned()));
    }
    let unknown =
        |code: &str| fault(format!("has `{code}`, which is no code of ISO 639 known here"));
    let languages = named.into_iter().map(|code| codes::find(code).ok_or_else(|| unknown(code)));
    let languages = languages.collect::<Result<_, _>>()?;
    let share = |value: &Value| value.as_float().filter(|share| (0.0..=1.0).contains(share));
    let min_confidence = options.read("min_confidence", "a number from 0 to 1", share)?;
    Ok(Arc::new(Language { languages, min_confidence: min_confidence.unwrap_or(0.5) }))
}

impl Rule for Language {
    fn check(&self, value: &Value, found: &mut Found) {
        found.each_text(value, TEXT_BYTES, |text, found| {
            let beginning = &text[..text.floor_char_boundary(LOOK_BYTES)];
            let Some(info) =
                detect(beginning).filter(|info| info.confidence() >= self.min_confidence)
            else {
                let hint = "give a longer text, or lower `min_confidence`";
                return found.push("language.unsure", "is in a language that cannot be told", hint);
            };
            if !self.languages.contains(&info.lang()) {
                let names: Vec<&str> = self.languages.iter().map(|one| one.eng_name()).collect();
                let message = format!("is in {}", info.lang().eng_name());
                found.push("language", message, format!("write it in {}", names.join(" or ")));
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use dspex_signature::fields;

    use crate::operations::validate::tests::{fault, told};

    const GERMAN: &str = "Alle Menschen sind frei und gleich an Würde und Rechten geboren.";
    const ENGLISH: &str = "All human beings are born free and equal in dignity and rights.";

    #[test]
    fn a_text_is_told_from_its_letters() {
        let german = fields! { "languages" => ["de", "nld"] };
        for (text, expected) in [
            (GERMAN, ""),
            (ENGLISH, "the value is in English"),
            ("Усі люди народжуються вільними і рівними.", "the value is in Ukrainian"),
            ("ok", "the value is in a language that cannot be told"),
            ("1234", "the value is in a language that cannot be told"),
            ("", "the value is in a language that cannot be told"),
        ] {
            assert_eq!(told("language", &german, text), expected, "{text}");
        }
        let strict = german.clone().with("min_confidence", 1.0);
        assert_eq!(
            told("language", &strict, "Das ist gut."),
            "the value is in a language that cannot be told"
        );
        // The beginning decides.
        let mixed = GERMAN.repeat(300) + &ENGLISH.repeat(3000);
        assert_eq!(told("language", &german, mixed), "");
        for (options, expected) in [
            (fields! {}, "is missing"),
            (fields! { "languages" => "deutsch" }, "has `deutsch`, which is no code"),
            (german.with("min_confidence", 2), "should be a number from 0 to 1"),
        ] {
            assert!(
                fault("language", &options).contains(expected),
                "{}",
                fault("language", &options)
            );
        }
    }
}
