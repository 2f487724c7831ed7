//! Which model to take for what is needed, and why.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::{LanguageModel, Lm, LmError, LmErrorKind, LmRoute, LmStatistics, Models};

/// What a task needs of a model. What is not asked for is not looked at.
///
/// ```
/// use std::sync::Arc;
///
/// use dspex_bridge::llm::{Models, Needs, OpenAi};
///
/// let models = Models::new()
///     .with("small", Arc::new(OpenAi::new("gpt-4o-mini")))
///     .with("local", Arc::new(OpenAi::new("house-7b").base_url("http://127.0.0.1:8000/v1").no_key()));
/// let choice = models.choose(&Needs::new().structured_output().context_tokens(60_000), None)?;
/// assert_eq!(choice.name(), "small");
/// assert_eq!(
///     choice.why(),
///     "`small` (openai/gpt-4o-mini) holds answers to a JSON schema and reads 60000 tokens; \
///      `local` is not known to hold answers to a JSON schema"
/// );
/// # Ok::<(), dspex_bridge::llm::LmError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct Needs {
    needs: Vec<Need>,
    prefers: Preference,
}

/// One thing that is needed.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Need {
    Structured,
    Streaming,
    Tools,
    Vision,
    Audio,
    Documents,
    Reasoning,
    ContextTokens(u64),
    AnswersWithin(Duration),
    UsdPerMillion(f64),
}

/// What is taken of several that fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Preference {
    #[default]
    Configured,
    Cheapest,
    Fastest,
}

impl Needs {
    /// Nothing in particular.
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers that are held to a JSON schema.
    pub fn structured_output(self) -> Self {
        self.and(Need::Structured)
    }

    /// Answers that come piece by piece while they are written.
    pub fn streaming(self) -> Self {
        self.and(Need::Streaming)
    }

    /// Calls of tools.
    pub fn tools(self) -> Self {
        self.and(Need::Tools)
    }

    /// An eye for pictures.
    pub fn vision(self) -> Self {
        self.and(Need::Vision)
    }

    /// An ear for sounds.
    pub fn audio(self) -> Self {
        self.and(Need::Audio)
    }

    /// Documents such as PDF files.
    pub fn documents(self) -> Self {
        self.and(Need::Documents)
    }

    /// Thoughts before the answer.
    pub fn reasoning(self) -> Self {
        self.and(Need::Reasoning)
    }

    /// Prompts of so many tokens.
    pub fn context_tokens(self, tokens: u64) -> Self {
        self.and(Need::ContextTokens(tokens))
    }

    /// Nineteen of twenty answers within this time, as far as the model was measured; one that was
    /// not yet may be as fast.
    pub fn answers_within(self, time: Duration) -> Self {
        self.and(Need::AnswersWithin(time))
    }

    /// A known price of at most this for a million tokens that it reads.
    pub fn usd_per_million(self, usd: f64) -> Self {
        self.and(Need::UsdPerMillion(usd))
    }

    /// Of several that fit, the one that costs least to read; those of unknown price come last.
    pub const fn cheapest(mut self) -> Self {
        self.prefers = Preference::Cheapest;
        self
    }

    /// Of several that fit, the one with the shortest median answer; those not measured come last.
    pub const fn fastest(mut self) -> Self {
        self.prefers = Preference::Fastest;
        self
    }

    fn and(mut self, need: Need) -> Self {
        self.needs.push(need);
        self
    }

    /// The first thing that a model is not known to have.
    fn missing(&self, model: &dyn LanguageModel, measured: Option<&LmStatistics>) -> Option<Need> {
        self.needs.iter().copied().find(|need| !need.is_met(model, measured))
    }
}

impl Need {
    fn is_met(self, model: &dyn LanguageModel, measured: Option<&LmStatistics>) -> bool {
        let can = model.capabilities();
        match self {
            Self::Structured => can.schema,
            Self::Streaming => can.streaming,
            Self::Tools => can.tools,
            Self::Vision => can.vision,
            Self::Audio => can.audio,
            Self::Documents => can.documents,
            Self::Reasoning => can.reasoning,
            Self::ContextTokens(tokens) => can.context_tokens.is_some_and(|most| most >= tokens),
            Self::AnswersWithin(time) => {
                percentile(model, measured, 95.0).is_none_or(|took| took <= time)
            }
            Self::UsdPerMillion(usd) => input_price(model).is_some_and(|price| price <= usd),
        }
    }
}

impl fmt::Display for Need {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Structured => formatter.write_str("hold answers to a JSON schema"),
            Self::Streaming => formatter.write_str("stream answers"),
            Self::Tools => formatter.write_str("call tools"),
            Self::Vision => formatter.write_str("see pictures"),
            Self::Audio => formatter.write_str("hear sounds"),
            Self::Documents => formatter.write_str("read documents"),
            Self::Reasoning => formatter.write_str("think"),
            Self::ContextTokens(tokens) => write!(formatter, "read {tokens} tokens"),
            Self::AnswersWithin(time) => write!(formatter, "answer within {time:?}"),
            Self::UsdPerMillion(usd) => {
                write!(formatter, "cost {usd} USD a million tokens or less")
            }
        }
    }
}

fn percentile(
    model: &dyn LanguageModel,
    measured: Option<&LmStatistics>,
    percent: f64,
) -> Option<Duration> {
    measured?.of(model.name())?.took.percentile(percent)
}

fn input_price(model: &dyn LanguageModel) -> Option<f64> {
    model.price()?.input
}

/// A model that was chosen, and why.
#[derive(Clone)]
pub struct LmChoice {
    name: String,
    model: Arc<dyn LanguageModel>,
    why: String,
}

impl LmChoice {
    /// The configured name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The model.
    #[must_use]
    pub fn model(&self) -> Arc<dyn LanguageModel> {
        self.model.clone()
    }

    /// By which way it is asked.
    #[must_use]
    pub fn route(&self) -> LmRoute {
        self.model.route()
    }

    /// What the model has of what was needed, by which way it is asked where not directly, and what the others have not.
    #[must_use]
    pub fn why(&self) -> &str {
        &self.why
    }
}

impl From<LmChoice> for Lm {
    fn from(choice: LmChoice) -> Self {
        Self::Model(choice.model)
    }
}

impl fmt::Debug for LmChoice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("LmChoice")
            .field("name", &self.name)
            .field("why", &self.why)
            .finish_non_exhaustive()
    }
}

impl Models {
    /// A model that has what is needed: `default` where it does, else the first by the alphabet, or
    /// the one that the needs prefer. `measured` tells how fast they were.
    ///
    /// # Errors
    /// [`LmErrorKind::NoneFits`] with what each model is not known to have.
    pub fn choose(
        &self,
        needs: &Needs,
        measured: Option<&LmStatistics>,
    ) -> Result<LmChoice, LmError> {
        let (mut fitting, mut passed_over) = (Vec::new(), Vec::new());
        for (name, model) in self.iter() {
            match needs.missing(model.as_ref(), measured) {
                None => fitting.push((name, model)),
                Some(need) => passed_over.push(format!("`{name}` is not known to {need}")),
            }
        }
        let rank = |name: &str, model: &dyn LanguageModel| {
            let figure = match needs.prefers {
                Preference::Configured => None,
                Preference::Cheapest => input_price(model),
                Preference::Fastest => {
                    percentile(model, measured, 50.0).map(|took| took.as_secs_f64())
                }
            };
            (figure.unwrap_or(f64::INFINITY), name != Lm::DEFAULT)
        };
        fitting.sort_by(|(one, model), (other, another)| {
            let (one, other) = (rank(one, model.as_ref()), rank(other, another.as_ref()));
            one.0.total_cmp(&other.0).then(one.1.cmp(&other.1))
        });
        let Some((name, model)) = fitting.first() else {
            return Err(LmError::new("", LmErrorKind::NoneFits { passed_over }));
        };
        let why = why(needs, (name, model.as_ref()), fitting.len() - 1, &passed_over);
        Ok(LmChoice { name: (*name).to_owned(), model: (*model).clone(), why })
    }
}

/// One sentence on the model that is taken, and one on each that is not.
fn why(
    needs: &Needs,
    (name, model): (&str, &dyn LanguageModel),
    n_others: usize,
    passed_over: &[String],
) -> String {
    let has: Vec<String> = needs.needs.iter().map(|need| third_person(&need.to_string())).collect();
    let has = match has.split_last() {
        None => "is as good as any".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
    };
    let preferred = match (needs.prefers, n_others) {
        (_, 0) => String::new(),
        (Preference::Configured, _) => format!(", as {n_others} more do"),
        (Preference::Cheapest, _) => format!(", and is the cheapest of {}", n_others + 1),
        (Preference::Fastest, _) => format!(", and was the fastest of {}", n_others + 1),
    };
    let route = match model.route() {
        LmRoute::Direct => "",
        LmRoute::Python => ", through DSPy in Python",
    };
    let taken = format!("`{name}` ({}{route}) {has}{preferred}", model.name());
    let sentences: Vec<&str> =
        [taken.as_str()].into_iter().chain(passed_over.iter().map(String::as_str)).collect();
    sentences.join("; ")
}

/// `hold answers` as `holds answers`.
fn third_person(need: &str) -> String {
    match need.split_once(' ') {
        Some((verb, rest)) => format!("{verb}s {rest}"),
        None => format!("{need}s"),
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use dspex_telemetry::{Event, EventSink as _, Outcome};

    use super::*;
    use crate::llm::{LmCapabilities, Price, ScriptedModel};

    fn models() -> Models {
        let plain = ScriptedModel::new().named("a/plain").priced(Price::per_million(1.0, 1.0));
        let wide = LmCapabilities { context_tokens: Some(100_000), ..LmCapabilities::schemas() };
        let streams = LmCapabilities { streaming: true, ..wide };
        let cheap = ScriptedModel::new().named("b/cheap").priced(Price::per_million(0.1, 1.0));
        let usual = ScriptedModel::new().named("c/usual").priced(Price::per_million(2.0, 2.0));
        Models::new()
            .with("alone", Arc::new(plain))
            .with("cheap", Arc::new(cheap.can(streams)))
            .with("default", Arc::new(usual.can(wide)))
    }

    #[track_caller]
    fn check(needs: &Needs, measured: Option<&LmStatistics>, expected: &str) {
        assert_eq!(models().choose(needs, measured).expect("one fits").why(), expected);
    }

    #[test]
    fn the_choice_says_why() {
        check(&Needs::new(), None, "`default` (c/usual) is as good as any, as 2 more do");
        check(
            &Needs::new().streaming(),
            None,
            "`cheap` (b/cheap) streams answers; `alone` is not known to stream answers; `default` is \
             not known to stream answers",
        );
        check(
            &Needs::new().structured_output(),
            None,
            "`default` (c/usual) holds answers to a JSON schema, as 1 more do; `alone` \
             is not known to hold answers to a JSON schema",
        );
        check(
            &Needs::new().structured_output().context_tokens(60_000).cheapest(),
            None,
            "`cheap` (b/cheap) holds answers to a JSON schema and reads 60000 tokens, and is the \
             cheapest of 2; `alone` is not known to hold answers to a JSON schema",
        );
        let error = models().choose(&Needs::new().vision(), None).unwrap_err();
        assert_eq!(
            error.to_string(),
            "no language model fits: `alone` is not known to see pictures; `cheap` is not known to \
             see pictures; `default` is not known to see pictures"
        );
    }

    #[test]
    fn measured_answers_count() {
        let measured = LmStatistics::default();
        for (lm, millis) in [("b/cheap", 5000), ("c/usual", 900), ("a/plain", 300)] {
            measured.accept(&Event::LmFinished {
                lm: lm.to_owned(),
                took: Duration::from_millis(millis),
                input_tokens: 1,
                output_tokens: 1,
                cost_usd: None,
                outcome: Outcome::Ok,
            });
        }
        let within = Needs::new().answers_within(Duration::from_secs(1));
        check(
            &within.clone().cheapest(),
            Some(&measured),
            "`alone` (a/plain) answers within 1s, and is the cheapest of 2; `cheap` is not known \
             to answer within 1s",
        );
        check(
            &Needs::new().usd_per_million(2.0).fastest(),
            Some(&measured),
            "`alone` (a/plain) costs 2 USD a million tokens or less, and was the fastest of 3",
        );
    }
}
