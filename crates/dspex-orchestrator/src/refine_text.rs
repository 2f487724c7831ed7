//! What `dspy.Refine` asks for advice, and the field that hands it on.
//!
//! From DSPy 3.4.1 (MIT), for equality on the wire; see `NOTICE`.

use dspex_signature::{Field, Signature, Type};

/// The input in which a module reads advice from an earlier try.
pub(crate) const HINT: &str = "hint_";
pub(crate) const HINT_DESC: &str = "A hint to the module from an earlier run";

/// Advice for a module that is not to blame.
pub(crate) const NO_ADVICE: &str = "N/A";

const INSTRUCTIONS: &str = "\
In the discussion, assign blame to each module that contributed to the final reward being below the threshold, if
any. Then, prescribe concrete advice of how the module should act on its future input when we retry the process, if
it were to receive the same or similar inputs. If a module is not to blame, the advice should be N/A.
The module will not see its own history, so it needs to rely on entirely concrete and actionable advice from you
to avoid the same mistake on the same or similar inputs.";

/// The signature `OfferFeedback`.
pub(crate) fn offer_feedback() -> Signature {
    let text = |name: &str, desc: &str| Field::new(name, Type::Str).with_desc(desc);
    let inputs = vec![
        text("program_code", "The code of the program that we are analyzing"),
        text("modules_defn", "The definition of each module in the program, including its I/O"),
        text("program_inputs", "The inputs to the program that we are analyzing"),
        text(
            "program_trajectory",
            "The trajectory of the program's execution, showing each module's I/O",
        ),
        text("program_outputs", "The outputs of the program that we are analyzing"),
        text("reward_code", "The code of the reward function that we are analyzing"),
        Field::new("target_threshold", Type::Float)
            .with_desc("The target threshold for the reward function"),
        Field::new("reward_value", Type::Float)
            .with_desc("The reward value assigned to the program's outputs"),
        Field::new("module_names", Type::List(Box::new(Type::Str)))
            .with_desc("The names of the modules in the program, for which we seek advice"),
    ];
    let advice = "For each module, describe very concretely, in this order: the specific scenarios in \
                  which it has made mistakes in the past and what each mistake was, followed by what it \
                  should do differently in that kind ofscenario in the future. If the module is not to \
                  blame, write N/A.";
    let outputs = vec![
        text("discussion", "Discussing blame of where each module went wrong, if it did"),
        Field::new("advice", Type::dict(Type::Str, Type::Str)).with_desc(advice),
    ];
    let signature = Signature::new("OfferFeedback", Some(INSTRUCTIONS), inputs, outputs);
    signature.expect("the signature is DSPy's own")
}

/// The definitions of a program's predictors.
pub(crate) fn definitions<'a>(
    predictors: impl Iterator<Item = (&'a str, &'a Signature)>,
) -> String {
    use dspex_signature::Side;
    let separator = "-".repeat(80);
    let indented = |text: &str| {
        let lines: String = text.lines().map(|line| format!("\n\t\t{line}")).collect();
        lines
    };
    let mut parts = vec![separator.clone()];
    for (name, signature) in predictors {
        parts.push(format!("Module {name}"));
        parts.push("\tInput Fields:".to_owned());
        parts.push(indented(&signature.field_list(Side::Input)));
        parts.push("\tOutput Fields:".to_owned());
        parts.push(indented(&signature.field_list(Side::Output)));
        parts.push(format!("\tOriginal Instructions: {}", indented(signature.instructions())));
        parts.push(separator.clone());
    }
    let parts: Vec<_> = parts.iter().map(|part| part.trim_matches('\n')).collect();
    parts.join("\n")
}
