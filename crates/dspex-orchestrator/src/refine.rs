//! The advice that `dspy.Refine` asks for between two tries.

use std::sync::Arc;

use dspex_bridge::{CallContext, CallError, Meta, ModuleKind, ModuleSpec, Turn};
use dspex_signature::{Fields, JsonStyle, Signature, Value, fields};

use crate::module_core::Core;
use crate::refine_text::{NO_ADVICE, definitions, offer_feedback};

/// Who asks for advice, and towards what.
pub(crate) struct Refine {
    goal: String,
    threshold: f64,
}

/// What each predictor should do otherwise, by its name.
pub(crate) struct Advice(Vec<(String, String)>);

impl Advice {
    /// What the module reads: of several predictors, all their advice.
    pub(crate) fn hint(&self) -> String {
        match self.0.as_slice() {
            [(_, advice)] => advice.clone(),
            several => {
                let lines = several.iter().map(|(name, advice)| format!("{name}: {advice}"));
                lines.collect::<Vec<_>>().join("\n")
            }
        }
    }
}

impl Refine {
    pub(crate) fn new(goal: &str, threshold: f64) -> Self {
        Self { goal: goal.to_owned(), threshold }
    }

    /// Asks the module's model what went wrong with an answer.
    pub(crate) async fn advise(
        &self,
        core: &Core,
        inputs: &Fields,
        turns: &[Turn],
        outputs: &Fields,
        reward: f64,
        context: &CallContext,
    ) -> Result<(Advice, Meta), CallError> {
        let predictors = predictors(core.spec());
        let named = || predictors.iter().map(|(name, signature)| (name.as_str(), signature));
        let names: Vec<&str> = named().map(|(name, _)| name).collect();
        let trajectory: Vec<Value> = turns.iter().map(told).collect();
        let asked = fields! {
            "program_code" => described(core.spec()),
            "modules_defn" => definitions(named()),
            "program_inputs" => json(inputs.clone()),
            "program_trajectory" => json(trajectory),
            "program_outputs" => json(outputs.clone()),
            "reward_code" => self.goal.as_str(),
            "target_threshold" => self.threshold,
            "reward_value" => reward,
            "module_names" => names.clone(),
        };
        let mut spec = ModuleSpec::new(ModuleKind::Predict, Arc::new(offer_feedback()));
        (spec.lm, spec.adapter) = (core.spec().lm.clone(), core.spec().adapter);
        context.grant_attempt();
        let answered = core.changed(spec).run(&asked, &context.nested()?).await?;
        let (outputs, meta) = answered.into_parts();
        let given = outputs["advice"].as_map();
        let advice = |name: &str| {
            let given = given.and_then(|given| given.value(name)).map(Value::python_str);
            given.unwrap_or_else(|| NO_ADVICE.to_owned())
        };
        let advice = names.iter().map(|name| ((*name).to_owned(), advice(name))).collect();
        Ok((Advice(advice), meta))
    }
}

/// The predictors of a module by their names; those of Python's modules are not known here.
fn predictors(spec: &ModuleSpec) -> Vec<(String, Signature)> {
    let own = || vec![("self".to_owned(), Signature::clone(&spec.signature))];
    let Some(shape) = spec.shape() else { return own() };
    let paths = shape.paths().map(|path| {
        let name = if path.is_empty() { "self" } else { path };
        let loaded = spec.saved.as_deref().and_then(|saved| saved.predictor(path));
        let signature = loaded.map(|loaded| &loaded.signature).or_else(|| shape.signature(path));
        Some((name.to_owned(), signature?.clone()))
    });
    paths.flatten().collect()
}

/// What stands for Python's code of the module.
fn described(spec: &ModuleSpec) -> String {
    let tools: Vec<_> = spec.tools.iter().map(|tool| tool.name().to_owned()).collect();
    let tools =
        if tools.is_empty() { String::new() } else { format!(", tools=[{}]", tools.join(", ")) };
    format!("{}({}{tools})", spec.kind, spec.signature.name())
}

fn told(turn: &Turn) -> Value {
    fields! {
        "module_name" => turn.predictor.as_str(),
        "inputs" => turn.inputs.clone(),
        "outputs" => turn.outputs.clone(),
    }
    .into()
}

fn json(value: impl Into<Value>) -> String {
    value.into().to_json_with(JsonStyle::default().indented(2))
}
