//! What one model is known to do and to cost, with what its user says of it.

use std::sync::Arc;

use super::{Catalogue, Price};
use crate::call::Cost;
use crate::llm::{Completion, LmCapabilities};

/// What a user says of a model, and the table for the rest.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    /// In place of the table that ships.
    pub(crate) catalogue: Option<Arc<Catalogue>>,
    pub(crate) price: Option<Price>,
    pub(crate) capabilities: Option<LmCapabilities>,
}

/// The names of the usual way to be served, whose price is the table's.
const USUAL_TIERS: [&str; 4] = ["default", "standard", "auto", "on_demand"];

impl Known {
    fn catalogue(&self) -> &Catalogue {
        self.catalogue.as_deref().unwrap_or_else(|| Catalogue::shipped())
    }

    /// What the model of this name can do.
    pub(crate) fn capabilities(&self, name: &str) -> LmCapabilities {
        let known = || self.catalogue().model(name).map(|model| model.capabilities);
        self.capabilities.or_else(known).unwrap_or_default()
    }

    /// What the model of this name costs.
    pub(crate) fn price(&self, name: &str) -> Option<Price> {
        let known = || self.catalogue().model(name).and_then(|model| model.price);
        self.price.clone().or_else(known)
    }

    /// What an answer of the model of this name has cost: the price of the model that answered goes
    /// before that of the one that was asked.
    pub(crate) fn cost(&self, name: &str, completion: &Completion) -> Cost {
        if let Some(price) = &self.price {
            return price.cost(&completion.usage);
        }
        let metadata = &completion.metadata;
        let tier = metadata.service_tier.as_deref();
        if tier
            .is_some_and(|tier| !USUAL_TIERS.iter().any(|usual| tier.eq_ignore_ascii_case(usual)))
        {
            return Cost::Unknown;
        }
        let catalogue = self.catalogue();
        let (prefix, asked) = name.split_once('/').unwrap_or(("", name));
        let answered = metadata.model.as_deref().filter(|model| *model != asked);
        let answered = answered.and_then(|model| catalogue.model(&format!("{prefix}/{model}")));
        let price = answered.or_else(|| catalogue.model(name)).and_then(|model| model.price);
        price.map_or(Cost::Unknown, |price| price.cost(&completion.usage))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::Usage;
    use crate::llm::Metadata;

    fn completion(model: Option<&str>, tier: Option<&str>) -> Completion {
        let metadata = Metadata {
            model: model.map(str::to_owned),
            service_tier: tier.map(str::to_owned),
            ..Metadata::default()
        };
        Completion { usage: Usage::new(1_000_000, 0), metadata, ..Completion::default() }
    }

    #[test]
    fn the_model_that_answered_has_its_price() {
        let known = Known::default();
        let cost = |name, model| known.cost(name, &completion(model, None));
        assert_eq!(cost("openai/gpt-4o-mini", None), Cost::Usd(0.15));
        assert_eq!(cost("openai/gpt-4o-mini", Some("gpt-5")), Cost::Usd(1.25));
        assert_eq!(cost("openai/gpt-4o-mini", Some("no-such")), Cost::Usd(0.15));
        assert_eq!(cost("ollama/no-such", None), Cost::Unknown);
    }

    #[test]
    fn another_way_to_be_served_has_another_price() {
        let known = Known::default();
        let cost = |tier| known.cost("openai/gpt-5", &completion(None, Some(tier)));
        assert_eq!((cost("default"), cost("flex")), (Cost::Usd(1.25), Cost::Unknown));
        assert_eq!((cost("on_demand"), cost("ON_DEMAND")), (Cost::Usd(1.25), Cost::Usd(1.25)));
    }

    #[test]
    fn what_a_user_says_goes_before_the_table() {
        let price = Some(Price::per_million(7.0, 0.0));
        let capabilities = Some(LmCapabilities::schemas());
        let known = Known { price, capabilities, ..Known::default() };
        assert_eq!(known.cost("openai/gpt-5", &completion(None, Some("flex"))), Cost::Usd(7.0));
        assert!(!known.capabilities("openai/gpt-5").tools);
        let table = Catalogue::parse("# ours\nopenai/gpt-5 chat 9 9 - in=2").unwrap();
        let known = Known { catalogue: Some(Arc::new(table)), ..Known::default() };
        assert_eq!(known.cost("openai/gpt-5", &completion(None, None)), Cost::Usd(2.0));
        assert_eq!(known.capabilities("openai/gpt-5").context_tokens, Some(9));
    }
}
