//! What is known of models by name: what they can do, how much they read and write, what they cost.

mod entry;
#[cfg(feature = "http")]
mod known;
mod price;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

pub use entry::ModelInfo;
#[cfg(feature = "http")]
pub(crate) use known::Known;
pub use price::Price;

use super::LmCapabilities;

/// A dated table of models. What it does not know is unknown: no capability, and no price.
///
/// The one that ships with dspex is that of the pinned DSPy, so that both ask a model for the same
/// things; see [`Catalogue::version`]. Another one can be [parsed](Catalogue::parse).
///
/// ```
/// use dspex_bridge::llm::Catalogue;
///
/// let catalogue = Catalogue::shipped();
/// let model = catalogue.model("openai/gpt-4o-mini").unwrap();
/// assert_eq!(model.context_tokens, Some(128_000));
/// assert!(model.capabilities.schema);
/// assert!(catalogue.model("openai/no-such-model").is_none());
/// ```
#[derive(Clone, Debug)]
pub struct Catalogue {
    version: Cow<'static, str>,
    /// What stands behind each name.
    models: HashMap<Cow<'static, str>, Cow<'static, str>>,
}

/// The table that ships: a line for each model, behind one with the version.
///
/// Source: the snapshot of litellm's catalogue (MIT licence, see NOTICE) that DSPy carries, written by
/// `crates/dspex-bridge/python/oracle/record_models.py`.
const SHIPPED: &str = include_str!("models.txt");

/// Prefixes that name models of another prefix.
const ALIASES: [(&str, &str); 2] = [("ollama_chat/", "ollama/"), ("hosted_vllm/", "vllm/")];

impl Catalogue {
    /// The table that ships with dspex.
    #[must_use]
    pub fn shipped() -> &'static Self {
        static READ: OnceLock<Catalogue> = OnceLock::new();
        READ.get_or_init(|| {
            let (version, lines) = split(SHIPPED);
            let models = lines.filter_map(named).map(|(name, rest)| (name.into(), rest.into()));
            Self { version: version.into(), models: models.collect() }
        })
    }

    /// Reads a table of yours, in the form of the one that ships: `# VERSION`, then a line for each
    /// model, with prices in US dollars for a million tokens.
    ///
    /// ```
    /// use dspex_bridge::llm::Catalogue;
    ///
    /// let ours = Catalogue::parse("# ours, 2026-11\nopenai/house chat 32000 4096 tsf in=0.2 out=0.4")?;
    /// assert_eq!(ours.version(), "ours, 2026-11");
    /// let error = Catalogue::parse("# ours\nopenai/house chat 32k").unwrap_err();
    /// assert_eq!(error, "line 2: `32k` is not a number of tokens");
    /// # Ok::<(), String>(())
    /// ```
    ///
    /// | in a line | |
    /// |---|---|
    /// | `chat`, `completion`, `responses`, `embedding` | what it is for |
    /// | two numbers, or `?` | tokens it reads at most, and writes at most |
    /// | letters, or `-` | `t` tools, `p` several at a time, `r` thinks, `s` JSON schemas, `f` any response format, `v` pictures, `a` sounds, `d` documents |
    /// | `in=` `out=` | the price of what it reads and writes |
    /// | `read=` `write=` | of what comes from its cache, and goes into it |
    /// | `reasoning=` `audio_in=` `audio_out=` | of thoughts and sounds |
    /// | `>200k` | from here on: the prices where more than that is read |
    ///
    /// # Errors
    /// The first line that is not of this form, and why.
    pub fn parse(table: &str) -> Result<Self, String> {
        let (version, lines) = split(table);
        let mut models = HashMap::new();
        for (position, line) in lines.enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let read = named(line).ok_or_else(|| "nothing stands behind the name".to_owned());
            let read = read.and_then(|(name, rest)| ModelInfo::parse(rest).map(|_| (name, rest)));
            let (name, rest) = read.map_err(|why| format!("line {}: {why}", position + 2))?;
            models.insert(name.to_owned().into(), rest.to_owned().into());
        }
        Ok(Self { version: version.to_owned().into(), models })
    }

    /// Where the table comes from, and of when it is.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// What is known of a model by its `provider/model` name.
    ///
    /// A Claude that the table does not have can do what every Claude can.
    #[must_use]
    pub fn model(&self, name: &str) -> Option<ModelInfo> {
        let alias = ALIASES.iter().find_map(|(alias, prefix)| {
            name.strip_prefix(alias).map(|model| format!("{prefix}{model}"))
        });
        let name = alias.as_deref().unwrap_or(name);
        match self.models.get(name) {
            Some(rest) => Some(ModelInfo::parse(rest).expect("each line was read before")),
            None => is_claude(name).then(ModelInfo::of_claude),
        }
    }

    /// The models by name, in no order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.models.keys().map(AsRef::as_ref)
    }
}

fn split(table: &str) -> (&str, std::str::Lines<'_>) {
    let mut lines = table.lines();
    (lines.next().unwrap_or_default().trim_start_matches('#').trim(), lines)
}

fn named(line: &str) -> Option<(&str, &str)> {
    line.split_once(' ')
}

/// Whether a name holds `claude-FAMILY-` and a digit.
///
/// Source: the rule of litellm's catalogue for models that it does not list.
fn is_claude(name: &str) -> bool {
    name.match_indices("claude-").any(|(start, claude)| {
        let rest =
            name[start + claude.len()..].trim_start_matches(|c: char| c.is_ascii_lowercase());
        let is_named = !name[start + claude.len()..].starts_with('-');
        is_named
            && rest
                .strip_prefix('-')
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{Cost, Usage};

    #[test]
    fn every_line_that_ships_is_read() {
        let catalogue = Catalogue::shipped();
        assert!(catalogue.version().starts_with("litellm "), "{}", catalogue.version());
        assert!(catalogue.names().count() > 1000);
        let read = |name| catalogue.model(name).is_some();
        assert!(catalogue.names().all(read));
        Catalogue::parse(SHIPPED).unwrap();
    }

    #[test]
    fn aliases_and_families_are_known() {
        let catalogue = Catalogue::shipped();
        let schema = |name: &str| catalogue.model(name).map(|model| model.capabilities.schema);
        assert_eq!(catalogue.model("ollama_chat/llama3"), catalogue.model("ollama/llama3"));
        assert_eq!(schema("anthropic/claude-novel-9"), Some(true));
        assert_eq!(schema("openrouter/x/claude-novel-9-1"), Some(true));
        assert_eq!(schema("anthropic/claude--9"), None);
        assert_eq!(schema("anthropic/claude-novel"), None);
    }

    #[test]
    fn a_table_of_ones_own_goes_before() {
        let ours = Catalogue::parse("# ours\n\nopenai/gpt-4o-mini chat 9 ? - in=1").unwrap();
        let model = ours.model("openai/gpt-4o-mini").unwrap();
        assert_eq!((model.context_tokens, model.output_tokens), (Some(9), None));
        assert_eq!(ours.model("openai/gpt-5"), None);
    }

    /// What DSPy estimates, recorded by the script that writes the table.
    #[test]
    fn costs_are_dspys() {
        for line in include_str!("costs.txt").lines() {
            let mut words = line.split(' ');
            let (name, usd) = (words.next().unwrap(), words.next().unwrap());
            let counts: HashMap<&str, u64> = words
                .map(|word| word.split_once('=').unwrap())
                .map(|(name, tokens)| (name, tokens.parse().unwrap()))
                .collect();
            let count = |name: &str| counts.get(name).copied().unwrap_or(0);
            let mut usage = Usage::new(count("input_tokens"), count("output_tokens"));
            usage.cache_read_tokens = count("cache_read_tokens");
            usage.reasoning_tokens = count("reasoning_tokens");
            usage.input_audio_tokens = count("input_audio_tokens");
            usage.output_audio_tokens = count("output_audio_tokens");
            // These providers count them beside the rest, which our readers put together.
            if name.starts_with("anthropic/") {
                usage.input_tokens += usage.cache_read_tokens;
            }
            if name.starts_with("gemini/") || name.starts_with("xai/") {
                usage.output_tokens += usage.reasoning_tokens;
            }
            let price = Catalogue::shipped().model(name).and_then(|model| model.price);
            let cost = price.map_or(Cost::Unknown, |price| price.cost(&usage));
            match (usd.parse::<f64>(), cost) {
                (Ok(expected), Cost::Usd(actual)) => {
                    assert!((actual - expected).abs() < 1e-12, "{line}: {actual}");
                }
                (expected, actual) => {
                    assert!(expected.is_err() && actual == Cost::Unknown, "{line}: {actual}");
                }
            }
        }
    }
}
