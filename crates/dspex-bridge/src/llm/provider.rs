//! DSPy's `provider/model` names, and the table of providers behind them.

use std::sync::Arc;
use std::time::Duration;

use super::middleware::{Breaker, Concurrency, Hedge, Middleware, RateLimit, Retry};
use super::{
    Anthropic, Azure, Catalogue, Gemini, History, Key, LanguageModel, LmCapabilities, LmError,
    LmErrorKind, LmRoute, OpenAi, Price, Sampling,
};

/// One provider that speaks OpenAI's chat completions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Provider {
    /// What stands before the `/` of a model's name.
    pub prefix: &'static str,
    /// Its usual address.
    pub base_url: &'static str,
    /// The variable that usually holds its key; `None` where it needs no key.
    pub key_env: Option<&'static str>,
    /// What it calls the limit on an answer's tokens.
    pub max_tokens_field: &'static str,
}

const fn row(
    prefix: &'static str,
    base_url: &'static str,
    key_env: Option<&'static str>,
    max_tokens_field: &'static str,
) -> Provider {
    Provider { prefix, base_url, key_env, max_tokens_field }
}

/// The providers that are known by name; any other server of the protocol is `openai` with a
/// `base_url`.
///
/// Source of `max_tokens_field`: what DSPy 3.4.1 sends to each (its client's table of dialects).
#[rustfmt::skip]
pub const PROVIDERS: [Provider; 10] = [
    row("openai", "https://api.openai.com/v1", Some("OPENAI_API_KEY"), "max_completion_tokens"),
    row("ollama", "http://127.0.0.1:11434/v1", None, "max_tokens"),
    row("ollama_chat", "http://127.0.0.1:11434/v1", None, "max_tokens"),
    row("vllm", "http://127.0.0.1:8000/v1", None, "max_tokens"),
    row("openrouter", "https://openrouter.ai/api/v1", Some("OPENROUTER_API_KEY"), "max_tokens"),
    row("groq", "https://api.groq.com/openai/v1", Some("GROQ_API_KEY"), "max_tokens"),
    row("deepseek", "https://api.deepseek.com", Some("DEEPSEEK_API_KEY"), "max_tokens"),
    row("mistral", "https://api.mistral.ai/v1", Some("MISTRAL_API_KEY"), "max_tokens"),
    row("together_ai", "https://api.together.xyz/v1", Some("TOGETHERAI_API_KEY"), "max_tokens"),
    row("xai", "https://api.x.ai/v1", Some("XAI_API_KEY"), "max_tokens"),
];

/// Providers with a protocol of their own, which DSPy alone speaks.
const OTHER_PROTOCOLS: [&str; 3] = ["bedrock", "vertex_ai", "cohere"];

/// Providers that are asked in one way, whichever of OpenAI's APIs others speak.
const ONE_API: [&str; 3] = ["anthropic", "gemini", "azure"];

/// By which of OpenAI's APIs a model is asked, in DSPy's words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ModelType {
    /// Chat completions.
    #[default]
    Chat,
    /// Responses.
    Responses,
    /// Completions of texts.
    Text,
}

impl ModelType {
    /// Each of them, by DSPy's word.
    pub const WORDS: [(&str, Self); 3] =
        [("chat", Self::Chat), ("responses", Self::Responses), ("text", Self::Text)];

    /// DSPy's word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        Self::WORDS[self as usize].0
    }
}

/// What may differ from a provider's usual settings.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct LmOptions {
    /// Where the key comes from.
    pub key: Option<Key>,
    /// The server's address, up to and without `/chat/completions`.
    pub base_url: Option<String>,
    /// By which of OpenAI's APIs the model is asked, where its provider speaks them.
    pub model_type: ModelType,
    /// The version of Azure's API.
    pub api_version: Option<String>,
    /// How calls sample that do not say so themselves.
    pub sampling: Sampling,
    /// The longest exchange; see [`OpenAi::timeout`].
    pub timeout: Option<Duration>,
    /// What the model costs, in place of what the catalogue says.
    pub price: Option<Price>,
    /// What the model can do, in place of what the catalogue says.
    pub capabilities: Option<LmCapabilities>,
    /// The table of models, in place of the one that ships.
    pub catalogue: Option<Arc<Catalogue>>,
    /// Where the last exchanges are kept, as they were sent.
    pub history: Option<History>,
    /// The longest wait for a connection; see [`OpenAi::connect_timeout`].
    pub connect_timeout: Option<Duration>,
    /// The longest wait for a streamed answer to begin; see [`OpenAi::first_token_timeout`].
    pub first_token_timeout: Option<Duration>,
    /// The longest silence of a streamed answer; see [`OpenAi::idle_timeout`].
    pub idle_timeout: Option<Duration>,
    /// The most requests at a time.
    pub concurrency: Option<Concurrency>,
    /// The most requests and tokens a minute.
    pub rate_limit: Option<RateLimit>,
    /// When the model is left alone.
    pub breaker: Option<Breaker>,
    /// When a slow request is sent once more.
    pub hedge: Option<Hedge>,
    /// What is tried again.
    pub retry: Retry,
}

impl LmOptions {
    /// The model with what these options put around each: limits, then a breaker, then a second request,
    /// then what is tried again.
    #[must_use]
    pub fn around(self, model: Arc<dyn LanguageModel>) -> Arc<dyn LanguageModel> {
        let model = within(model, self.concurrency);
        let model = within(model, self.rate_limit);
        let model = within(model, self.breaker);
        let model = within(model, self.hedge);
        self.retry.wrap(model)
    }
}

/// By which way the model that DSPy calls `provider/model` is asked where nobody says.
#[must_use]
pub fn usual_route(name: &str) -> LmRoute {
    match name.split_once('/') {
        Some((prefix, _)) if OTHER_PROTOCOLS.contains(&prefix) => LmRoute::Python,
        _ => LmRoute::Direct,
    }
}

/// A provider's model with what differs from its usual settings; all of them have these.
macro_rules! configured {
    ($model:expr, $options:expr) => {{
        let (mut model, options) = ($model, $options.clone());
        if let Some(key) = options.key {
            model = model.key(key);
        }
        if let Some(base_url) = options.base_url {
            model = model.base_url(base_url);
        }
        if let Some(timeout) = options.timeout {
            model = model.timeout(timeout);
        }
        if let Some(timeout) = options.connect_timeout {
            model = model.connect_timeout(timeout);
        }
        if let Some(timeout) = options.first_token_timeout {
            model = model.first_token_timeout(timeout);
        }
        if let Some(timeout) = options.idle_timeout {
            model = model.idle_timeout(timeout);
        }
        if let Some(history) = options.history {
            model = model.history(history);
        }
        if let Some(price) = options.price {
            model = model.price(price);
        }
        if let Some(capabilities) = options.capabilities {
            model = model.can(capabilities);
        }
        if let Some(catalogue) = options.catalogue {
            model = model.catalogue(catalogue);
        }
        model.sampling(options.sampling)
    }};
}

/// The model that DSPy calls `provider/model`, asked again where that may help; see [`Retry`].
///
/// ```
/// use dspex_bridge::llm::{self, LanguageModel, LmOptions};
///
/// let model = llm::from_name("ollama/qwen3:8b", LmOptions::default())?;
/// assert_eq!(model.name(), "ollama/qwen3:8b");
///
/// let error = llm::from_name("bedrock/claude-x", LmOptions::default()).err().unwrap();
/// assert!(error.to_string().contains("is not supported yet"));
/// # Ok::<(), dspex_bridge::llm::LmError>(())
/// ```
///
/// # Errors
/// [`LmErrorKind::NotSupportedYet`] for a provider with a protocol of its own,
/// [`LmErrorKind::UnknownProvider`] with the known ones for any other name,
/// [`LmErrorKind::Misconfigured`] for a `model_type` that the provider has not and for sampling that the
/// model refuses.
pub fn from_name(name: &str, options: LmOptions) -> Result<Arc<dyn LanguageModel>, LmError> {
    let Some((prefix, model)) = name.split_once('/').filter(|(_, model)| !model.is_empty()) else {
        return Err(unknown(name, name));
    };
    if usual_route(name) == LmRoute::Python {
        let what = format!(
            "the protocol of `{prefix}`; those of OpenAI, Azure, Anthropic and Gemini are spoken natively"
        );
        return Err(LmError::new(name, LmErrorKind::NotSupportedYet { what }));
    }
    if ONE_API.contains(&prefix) && options.model_type != ModelType::Chat {
        let word = options.model_type.word();
        let message = format!("`model_type` is `{word}`, and `{prefix}` is not asked in that way");
        return Err(LmError::new(name, LmErrorKind::Misconfigured { message }));
    }
    let model = match prefix {
        "anthropic" => configured!(Anthropic::new(model), options).checked()?,
        "gemini" => configured!(Gemini::new(model), options).checked()?,
        "azure" => {
            let mut azure = Azure::new(model);
            if let Some(version) = &options.api_version {
                azure = azure.api_version(version);
            }
            configured!(azure, options).checked()?
        }
        _ => {
            let provider = PROVIDERS.iter().find(|provider| provider.prefix == prefix);
            let provider = provider.ok_or_else(|| unknown(name, prefix))?;
            let model_type = options.model_type;
            let model = configured!(OpenAi::of(provider, model), options);
            match model_type {
                ModelType::Chat => model.checked()?,
                ModelType::Responses => model.responses().checked()?,
                ModelType::Text => model.text().checked()?,
            }
        }
    };
    Ok(options.around(model))
}

/// The model within something around it, where there is one.
fn within(
    model: Arc<dyn LanguageModel>,
    around: Option<impl Middleware>,
) -> Arc<dyn LanguageModel> {
    match around {
        Some(around) => around.wrap(model),
        None => model,
    }
}

fn unknown(name: &str, prefix: &str) -> LmError {
    let known = PROVIDERS.iter().map(|provider| provider.prefix);
    let known: Vec<&str> = known.chain(["anthropic", "gemini", "azure"]).collect();
    let nearest = dspex_signature::nearest(prefix, &known).map(str::to_owned);
    let known = known.into_iter().map(str::to_owned).collect();
    let provider = prefix.to_owned();
    LmError::new(name, LmErrorKind::UnknownProvider { provider, nearest, known })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: &str) {
        let actual = from_name(name, LmOptions::default());
        let actual = actual.map_or_else(|error| error.to_string(), |lm| lm.name().to_owned());
        assert_eq!(actual, expected);
    }

    #[test]
    fn each_row_is_reached_by_its_prefix() {
        for provider in PROVIDERS {
            let name = format!("{}/m/with:tag", provider.prefix);
            check(&name, &name);
        }
    }

    #[test]
    fn providers_with_a_protocol_of_their_own_are_reached_too() {
        check("anthropic/claude-haiku-4-5", "anthropic/claude-haiku-4-5");
        check("gemini/gemini-2.5-flash", "gemini/gemini-2.5-flash");
        check("azure/my-deployment", "azure/my-deployment");
    }

    #[track_caller]
    fn is_set_up_wrong(name: &str, options: LmOptions, expected: &str) {
        let error = from_name(name, options).err().unwrap().to_string();
        assert_eq!(error, format!("language model `{name}` is set up wrong: {expected}"));
    }

    #[test]
    fn an_api_that_a_provider_has_not_is_said() {
        for (word, model_type) in &ModelType::WORDS[1..] {
            assert_eq!(model_type.word(), *word);
            for prefix in ONE_API {
                let options = LmOptions { model_type: *model_type, ..LmOptions::default() };
                let expected =
                    format!("`model_type` is `{word}`, and `{prefix}` is not asked in that way");
                is_set_up_wrong(&format!("{prefix}/m"), options, &expected);
            }
        }
    }

    #[test]
    fn sampling_that_a_model_refuses_is_said_before_anything_is_asked() {
        let expected = "a model of OpenAI's that thinks takes a `temperature` of 1 or none, and a \
                        `max_tokens` of at least 16000 or none";
        for (name, model_type) in [
            ("openai/gpt-5", ModelType::Chat),
            ("openai/o3", ModelType::Responses),
            ("openai/o4-mini", ModelType::Text),
            ("azure/gpt-5.1", ModelType::Chat),
            ("openrouter/openai/gpt-5", ModelType::Chat),
        ] {
            let sampling = Sampling { max_tokens: Some(100), ..Sampling::default() };
            let options = LmOptions { model_type, sampling, ..LmOptions::default() };
            is_set_up_wrong(name, options, expected);
        }
    }

    #[test]
    fn other_names_say_what_there_is() {
        check(
            "cohere/command-x",
            "language model `cohere/command-x` is not supported yet: the protocol of `cohere`; \
             those of OpenAI, Azure, Anthropic and Gemini are spoken natively",
        );
        let known = "openai, ollama, ollama_chat, vllm, openrouter, groq, deepseek, mistral, \
                     together_ai, xai, anthropic, gemini, azure";
        check(
            "opnai/gpt-4o-mini",
            &format!(
                "language model `opnai/gpt-4o-mini` has no provider `opnai`; did you mean \
                 `openai`? known are: {known}"
            ),
        );
        check(
            "gpt-4o-mini",
            &format!(
                "language model `gpt-4o-mini` has no provider `gpt-4o-mini`; known are: {known}"
            ),
        );
    }
}
