//! What is known of a model, as `[lm.NAME]` holds it.

use dspex_bridge::llm::{LmCapabilities, ModelType, Price};
use dspex_signature::nearest;

use super::reader::Section;

/// What a model can do, by the words of `capabilities`.
const CAPABILITIES: [&str; 7] =
    ["schema", "json", "tools", "reasoning", "vision", "audio", "documents"];

pub(super) fn capabilities(section: &Section<'_>) -> Option<LmCapabilities> {
    let mut can = LmCapabilities::NONE;
    for word in section.texts("capabilities")? {
        match word.as_str() {
            "schema" => (can.schema, can.response_format) = (true, true),
            "json" => can.response_format = true,
            "tools" => can = can.with_tools(),
            "reasoning" => can.reasoning = true,
            "vision" => can.vision = true,
            "audio" => can.audio = true,
            "documents" => can.documents = true,
            other => {
                let path = section.path("capabilities");
                let message = format!("`{path}` has `{other}`, which no model can do");
                let hint = match nearest(other, &CAPABILITIES) {
                    Some(guess) => format!("did you mean `{guess}`?"),
                    None => format!("a model can do: {}", CAPABILITIES.join(", ")),
                };
                section.fault("capabilities", message, Some(&hint));
            }
        }
    }
    Some(can)
}

pub(super) fn model_type(section: &Section<'_>) -> ModelType {
    section.word("model_type", &ModelType::WORDS).unwrap_or_default()
}

/// The keys of `price_usd_per_million`.
const PRICES: [&str; 7] =
    ["input", "output", "cache_read", "cache_write", "reasoning", "input_audio", "output_audio"];

pub(super) fn price(section: &Section<'_>) -> Option<Price> {
    section.close(&PRICES, &[]);
    let usd = |key| {
        let usd = section.float(key)?;
        if usd < 0.0 {
            section.fault(key, format!("`{}` is below zero", section.path(key)), None);
        }
        Some(usd)
    };
    let [input, output, cache_read, cache_write, reasoning, input_audio, output_audio] =
        PRICES.map(usd);
    let mut price = Price::default();
    (price.input, price.output) = (input, output);
    (price.cache_read, price.cache_write) = (cache_read, cache_write);
    (price.reasoning, price.input_audio, price.output_audio) =
        (reasoning, input_audio, output_audio);
    (price != Price::default()).then_some(price)
}
