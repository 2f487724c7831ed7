//! What a model costs.

use crate::call::{Cost, Usage};

/// What a model costs, in US dollars for a million tokens. What is not known is `None`, and never
/// free.
///
/// ```
/// use dspex_bridge::llm::Price;
/// use dspex_bridge::{Cost, Usage};
///
/// let price = Price::per_million(0.5, 2.0);
/// assert_eq!(price.cost(&Usage::new(1_000_000, 500_000)), Cost::Usd(1.5));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Price {
    /// Tokens it reads.
    pub input: Option<f64>,
    /// Tokens it writes.
    pub output: Option<f64>,
    /// Tokens it reads out of its provider's cache; as `input` where nobody says.
    pub cache_read: Option<f64>,
    /// Tokens that go into its provider's cache; as `input` where nobody says.
    pub cache_write: Option<f64>,
    /// Tokens it thinks; as `output` where nobody says.
    pub reasoning: Option<f64>,
    /// Tokens of sound it reads; as `input` where nobody says.
    pub input_audio: Option<f64>,
    /// Tokens of sound it writes; as `output` where nobody says.
    pub output_audio: Option<f64>,
    /// From how many tokens read on which prices hold, fewest first.
    pub beyond: Vec<(u64, Price)>,
}

impl Price {
    /// The prices of what is read and written.
    #[must_use]
    pub const fn per_million(input: f64, output: f64) -> Self {
        Self {
            input: Some(input),
            output: Some(output),
            cache_read: None,
            cache_write: None,
            reasoning: None,
            input_audio: None,
            output_audio: None,
            beyond: Vec::new(),
        }
    }

    /// What an exchange has cost: not known where the provider did not count, or a price is missing
    /// for what it counted.
    ///
    /// Source: how DSPy 3.4.1 estimates costs.
    #[must_use]
    pub fn cost(&self, usage: &Usage) -> Cost {
        if *usage == Usage::default() {
            return Cost::Unknown;
        }
        let beyond = self.beyond.iter().rev().find(|(tokens, _)| usage.input_tokens > *tokens);
        let price = beyond.map_or(self, |(_, price)| price);
        let sum = |counts: [u64; 3]| counts.into_iter().try_fold(0, u64::checked_add);
        let special =
            sum([usage.cache_read_tokens, usage.cache_write_tokens, usage.input_audio_tokens]);
        let thought_or_sound = sum([usage.reasoning_tokens, usage.output_audio_tokens, 0]);
        let (Some(read), Some(written)) = (
            special.and_then(|special| usage.input_tokens.checked_sub(special)),
            thought_or_sound.and_then(|count| usage.output_tokens.checked_sub(count)),
        ) else {
            return Cost::Unknown;
        };
        let parts = [
            (read, price.input),
            (written, price.output),
            (usage.reasoning_tokens, price.reasoning.or(price.output)),
            (usage.cache_read_tokens, price.cache_read.or(price.input)),
            (usage.cache_write_tokens, price.cache_write.or(price.input)),
            (usage.input_audio_tokens, price.input_audio.or(price.input)),
            (usage.output_audio_tokens, price.output_audio.or(price.output)),
        ];
        let parts = parts.into_iter().filter(|(tokens, _)| *tokens > 0);
        let usd = parts.map(|(tokens, price)| price.map(|price| millions(tokens) * price));
        usd.sum::<Option<f64>>().map_or(Cost::Unknown, Cost::Usd)
    }

    /// Reads the prices at the end of a model's line; `None` where there are none.
    pub(super) fn parse<'w>(words: impl Iterator<Item = &'w str>) -> Result<Option<Self>, String> {
        let (mut price, mut is_known) = (Self::default(), false);
        for word in words {
            is_known = true;
            if let Some(limit) = word.strip_prefix('>') {
                let thousands = limit.strip_suffix('k').and_then(|limit| limit.parse::<u64>().ok());
                let thousands =
                    thousands.ok_or_else(|| format!("`{word}` is not a number of tokens"))?;
                price.beyond.push((thousands * 1000, Self::default()));
                continue;
            }
            let read = word.split_once('=').and_then(|(name, usd)| {
                let usd: f64 = usd.parse().ok()?;
                (usd.is_finite() && usd >= 0.0).then_some((name, usd))
            });
            let set = read.and_then(|(name, usd)| {
                let price = match price.beyond.last_mut() {
                    Some((_, beyond)) => beyond,
                    None => &mut price,
                };
                price.set(name, usd)
            });
            set.ok_or_else(|| format!("`{word}` is not a price"))?;
        }
        Ok(is_known.then_some(price))
    }

    fn set(&mut self, name: &str, usd: f64) -> Option<()> {
        let price = match name {
            "in" => &mut self.input,
            "out" => &mut self.output,
            "read" => &mut self.cache_read,
            "write" => &mut self.cache_write,
            "reasoning" => &mut self.reasoning,
            "audio_in" => &mut self.input_audio,
            "audio_out" => &mut self.output_audio,
            _ => return None,
        };
        *price = Some(usd);
        Some(())
    }
}

#[expect(clippy::cast_precision_loss, reason = "tokens are counted in billions at most")]
fn millions(tokens: u64) -> f64 {
    tokens as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_not_free() {
        let price = Price { output: None, ..Price::per_million(1.0, 2.0) };
        assert_eq!(price.cost(&Usage::new(1000, 0)), Cost::Usd(0.001));
        assert_eq!(price.cost(&Usage::new(1000, 1)), Cost::Unknown);
        assert_eq!(price.cost(&Usage::default()), Cost::Unknown);
        let more = Usage { cache_read_tokens: 2, ..Usage::new(1, 0) };
        assert_eq!(price.cost(&more), Cost::Unknown);
    }

    #[test]
    fn long_prompts_have_prices_of_their_own() {
        let price = Price::parse("in=1 out=2 >1k in=10 >2k in=100 out=0".split(' '));
        let price = price.unwrap().unwrap();
        let usd = |input| price.cost(&Usage::new(input, 0)).usd().unwrap();
        let near = |one: f64, other: f64| (one - other).abs() < 1e-12;
        assert!(near(usd(1000), 0.001) && near(usd(2000), 0.02) && near(usd(2001), 0.2001));
        assert_eq!(price.cost(&Usage::new(1500, 1)), Cost::Unknown);
    }
}
