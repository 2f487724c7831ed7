//! A value for a field: its kind says what is allowed, its name and description say what is meant.

use serde_json::{Map, Value, json};

use super::entities;
use super::evidence::{Evidence, Mood};
use super::kind::{Bounds, Kind, Property};
use super::language;
use super::lexicon::{
    ANGER, CALM, Concept, DANGER, DEADLINE, LONG_WAIT, PRAISE, REQUEST, TOPICS, WORRY,
};
use super::phrases;
use super::sentences;
use super::text::fold;

/// A value of the field's kind, from what the text says.
pub(crate) fn answer(field: &Property, evidence: &Evidence) -> Value {
    // `order_number` is read as two words, and the name weighs before the description.
    let name = fold(&field.name.replace('_', " "));
    let meaning = Meaning { described: format!("{name}{}", fold(&field.description)), name };
    of_kind(&field.kind, &meaning, evidence)
}

/// A field's name, and its name with its description, folded.
struct Meaning {
    name: String,
    described: String,
}

impl Meaning {
    fn is(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.name.contains(&format!(" {word}")))
    }

    fn mentions(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.described.contains(&format!(" {word}")))
    }
}

fn of_kind(kind: &Kind, meaning: &Meaning, evidence: &Evidence) -> Value {
    match kind {
        Kind::Text => Value::from(text(meaning, evidence).unwrap_or_default()),
        Kind::Bool => Value::from(is_true(meaning, evidence)),
        Kind::Int(bounds) => {
            Value::from(number(meaning, *bounds, 5.0, evidence).unwrap_or(0.0).round() as i64)
        }
        Kind::Float(bounds) => json!(number(meaning, *bounds, 1.0, evidence).unwrap_or(0.0)),
        Kind::Choice(options) => choice(options, meaning, evidence),
        Kind::List(item) => list(item, meaning, evidence),
        Kind::Record(properties) => {
            let values = properties
                .iter()
                .map(|property| (property.name.clone(), answer(property, evidence)));
            Value::Object(values.collect::<Map<_, _>>())
        }
        Kind::Optional(inner) => match &**inner {
            Kind::Text => text(meaning, evidence).map_or(Value::Null, Value::from),
            Kind::Float(bounds) => {
                number(meaning, *bounds, 1.0, evidence).map_or(Value::Null, |number| json!(number))
            }
            Kind::Int(bounds) => number(meaning, *bounds, 5.0, evidence)
                .map_or(Value::Null, |number| json!(number.round() as i64)),
            inner => of_kind(inner, meaning, evidence),
        },
        Kind::Any => text(meaning, evidence).map_or(Value::Null, Value::from),
    }
}

/// Text by what the field is called; none where the text does not name the thing.
fn text(meaning: &Meaning, evidence: &Evidence) -> Option<String> {
    if meaning.is(&["reasoning", "reason", "rationale", "why", "explanation", "thought"]) {
        return Some(phrases::reasoning(evidence));
    }
    if meaning.is(&["reply", "response", "answer", "draft", "letter", "email body"]) {
        return Some(phrases::reply(evidence));
    }
    if meaning.is(&["language", "lang", "locale"]) {
        let [code, name] = language::names(evidence.language);
        let wants_name = meaning.mentions(&["english name", "full name", "name of the language"]);
        return Some(if wants_name { name } else { code }.to_owned());
    }
    if meaning.is(&["order", "invoice", "reference"]) {
        return evidence.orders.first().cloned();
    }
    if meaning.is(&["currency"]) {
        return evidence.money.first().map(|money| money.currency.to_owned());
    }
    if meaning.is(&["email", "e mail", "mail", "contact"]) {
        return entities::mail_addresses(&evidence.document).into_iter().next();
    }
    if meaning.is(&["topic", "category", "department", "subject area"]) {
        return Some(
            evidence.topics().first().map_or("other", |(topic, _)| topic.names[0]).to_owned(),
        );
    }
    Some(summary(evidence))
}

/// The sentences that say most, at most two and about 240 characters.
fn summary(evidence: &Evidence) -> String {
    let topics: Vec<&Concept> = evidence.topics().iter().take(1).map(|(topic, _)| *topic).collect();
    let concepts: Vec<&Concept> = topics.into_iter().chain([&DANGER, &WORRY]).collect();
    let mut summary = String::new();
    for sentence in sentences::best(&evidence.sentences, &concepts, 2) {
        let n_characters = summary.chars().count() + sentence.text.chars().count();
        if !summary.is_empty() && n_characters > 240 {
            break;
        }
        if !summary.is_empty() {
            summary.push(' ');
        }
        summary.push_str(&shortened(&sentence.text, 240));
    }
    if summary.is_empty() { phrases::nothing_said(evidence).to_owned() } else { summary }
}

fn shortened(text: &str, n_characters: usize) -> String {
    if text.chars().count() <= n_characters {
        return text.to_owned();
    }
    let cut: String = text.chars().take(n_characters).collect();
    let whole_words = cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words);
    format!("{whole_words} …")
}

/// Items by what the list is called: order numbers, topics, or the sentences that ask for something.
fn list(item: &Kind, meaning: &Meaning, evidence: &Evidence) -> Value {
    if let Kind::Choice(options) = item {
        return Value::from(vec![choice(options, meaning, evidence)]);
    }
    if !matches!(item, Kind::Text | Kind::Any) {
        return Value::Array(Vec::new());
    }
    let items: Vec<String> = if meaning.is(&["order", "number", "reference", "entit"]) {
        evidence.orders.clone()
    } else if meaning.is(&["topic", "label", "tag", "categor", "keyword"]) {
        evidence.topics().iter().map(|(topic, _)| topic.names[0].to_owned()).collect()
    } else if REQUEST.is_named_in(&meaning.described) {
        let asking: Vec<_> = evidence
            .sentences
            .iter()
            .filter(|s| s.text.contains(['?', '？', '؟']) || REQUEST.score(&s.folded) > 0.0)
            .cloned()
            .collect();
        sentences::best(&asking, &[&REQUEST, &DEADLINE], 3)
            .into_iter()
            .map(|s| shortened(&s.text, 200))
            .collect()
    } else {
        let topics: Vec<&Concept> = evidence.topics().iter().map(|(topic, _)| *topic).collect();
        sentences::best(&evidence.sentences, &topics, 3)
            .into_iter()
            .map(|s| shortened(&s.text, 200))
            .collect()
    };
    Value::from(items)
}

/// A number by what the field is called, scaled into its bounds; none where the text does not name one.
fn number(
    meaning: &Meaning,
    bounds: Bounds,
    default_greatest: f64,
    evidence: &Evidence,
) -> Option<f64> {
    let least = bounds.least.unwrap_or(if default_greatest > 1.0 { 1.0 } else { 0.0 });
    let greatest = bounds.greatest.unwrap_or(default_greatest);
    let scaled = |share: f64| {
        Some((least + share * (greatest - least)).clamp(least.min(greatest), greatest.max(least)))
    };
    if meaning.is(&["amount", "price", "sum", "total", "money", "cost", "value"]) {
        return evidence.money.first().map(|money| money.amount);
    }
    if meaning.is(&["confiden", "certain", "probab", "sure"]) {
        return scaled((evidence.confidence() * 100.0).round() / 100.0);
    }
    if DEADLINE.is_named_in(&meaning.described) {
        return scaled(f64::from(evidence.urgency() - 1) / 4.0);
    }
    if ANGER.is_named_in(&meaning.described) {
        return scaled(if evidence.mood() == Mood::Angry { 0.9 } else { 0.2 });
    }
    if meaning.is(&["count", "n ", "number", "how many"]) {
        return Some(evidence.orders.len() as f64);
    }
    bounds.least.or(bounds.greatest).map(|_| (least + greatest) / 2.0)
}

/// What a yes or no may ask for besides a topic or a mood.
static OTHERS: [&Concept; 4] = [&DANGER, &CALM, &LONG_WAIT, &REQUEST];

fn is_true(meaning: &Meaning, evidence: &Evidence) -> bool {
    let tone: [(&Concept, bool); 4] = [
        (&DEADLINE, evidence.urgency() >= 4),
        (&ANGER, evidence.mood() == Mood::Angry),
        (&WORRY, evidence.mood() == Mood::Worried),
        (&PRAISE, evidence.mood() == Mood::Pleased),
    ];
    let toned = tone
        .iter()
        .find(|(concept, _)| concept.is_named_in(&meaning.described))
        .map(|(_, holds)| *holds);
    let mentioned = || TOPICS.iter().chain(&OTHERS).find(|c| c.is_named_in(&meaning.described));
    toned.unwrap_or_else(|| {
        mentioned().is_some_and(|concept| concept.score(&evidence.folded) >= 2.0)
    })
}

/// The option that the text speaks for: a topic, a mood, a language or a level by its name, else the option
/// whose words the text uses, else the one for everything else.
fn choice(options: &[Value], meaning: &Meaning, evidence: &Evidence) -> Value {
    let names: Vec<String> = options
        .iter()
        .map(|option| {
            fold(
                &option
                    .as_str()
                    .map_or_else(|| option.to_string(), str::to_owned)
                    .replace('_', " "),
            )
        })
        .collect();
    let named = |concept: &Concept| names.iter().position(|name| concept.is_named_in(name));
    let is_mood = names
        .iter()
        .filter(|name| [&ANGER, &WORRY, &PRAISE].iter().any(|c| c.is_named_in(name)))
        .count()
        >= 2
        || meaning.is(&["mood", "sentiment", "tone", "emotion", "feeling"]);
    let chosen = if is_mood {
        evidence
            .mood()
            .concept()
            .and_then(named)
            .or_else(|| fallback(&names, &["neutral", "calm", "mixed"]))
    } else if meaning.is(&["language", "lang"]) {
        let [code, name] = language::names(evidence.language).map(fold);
        names.iter().position(|option| *option == code || *option == name)
    } else if let Some(level) = level(&names, meaning, evidence) {
        Some(level)
    } else {
        evidence.topics().iter().find_map(|(topic, _)| named(topic))
    };
    let used = || names.iter().position(|name| evidence.folded.contains(name.as_str()));
    let chosen = chosen
        .or_else(|| if TOPICS.iter().any(|topic| named(topic).is_some()) { None } else { used() })
        .or_else(|| fallback(&names, &["other", "unknown", "none", "neutral", "general", "misc"]))
        .unwrap_or(0);
    options.get(chosen).cloned().unwrap_or(Value::Null)
}

fn fallback(names: &[String], words: &[&str]) -> Option<usize> {
    words.iter().find_map(|word| names.iter().position(|name| name.contains(&format!(" {word}"))))
}

/// The position on a scale such as low, medium, high, where the options are one.
fn level(names: &[String], meaning: &Meaning, evidence: &Evidence) -> Option<usize> {
    let numeric = names.iter().all(|name| name.trim().parse::<f64>().is_ok());
    let low =
        names.iter().position(|name| [" low ", " minor ", " normal "].contains(&name.as_str()));
    if !(DEADLINE.is_named_in(&meaning.described) && (numeric || low.is_some())) {
        return None;
    }
    let share = f64::from(evidence.urgency() - 1) / 4.0;
    let position = (share * (names.len() - 1) as f64).round() as usize;
    Some(if numeric || low == Some(0) { position } else { names.len() - 1 - position })
}
