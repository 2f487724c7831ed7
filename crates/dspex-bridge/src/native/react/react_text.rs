//! DSPy's instructions for `ReAct`.
//!
//! From DSPy 3.4.1 (MIT), for equality on the wire; see `NOTICE`.

use dspex_signature::{Field, Signature, Tool};

/// The tool that ends a trajectory.
pub(super) const FINISH: &str = "finish";
/// What it answers.
pub(super) const FINISHED: &str = "Completed.";

/// What the model is told of its task and of its tools, which are `told`; `finish` is the last one.
pub(super) fn instructions(signature: &Signature, told: &[&str]) -> String {
    let (inputs, outputs) = (names(signature.inputs()), names(signature.outputs()));
    let mut lines = match signature.instructions() {
        "" => Vec::new(),
        own => vec![format!("{own}\n")],
    };
    lines.extend([
        format!(
            "You are an Agent. In each episode, you will be given the fields {inputs} as input. And \
             you can see your past trajectory so far."
        ),
        format!(
            "Your goal is to use one or more of the supplied tools to collect any necessary \
             information for producing {outputs}.\n"
        ),
        "To do this, you will interleave next_thought, next_tool_name, and next_tool_args in each \
         turn, and also when finishing the task."
            .to_owned(),
        "After each tool call, you receive a resulting observation, which gets appended to your \
         trajectory.\n"
            .to_owned(),
        "When writing next_thought, you may reason about the current situation and plan for future \
         steps."
            .to_owned(),
        "When selecting the next_tool_name and its next_tool_args, the tool must be one of:\n"
            .to_owned(),
    ]);
    for (place, told) in told.iter().chain([&&*finish(&outputs)]).enumerate() {
        lines.push(format!("({}) {told}", place + 1));
    }
    lines.push(
        "When providing `next_tool_args`, the value inside the field must be in JSON format"
            .to_owned(),
    );
    lines.join("\n")
}

fn finish(outputs: &str) -> String {
    let desc = format!(
        "Marks the task as complete. That is, signals that all information for producing the \
         outputs, i.e. {outputs}, are now available to be extracted."
    );
    let finish =
        Tool::from_fields(FINISH, desc, Vec::new(), |_| Box::pin(async { Ok(FINISHED.into()) }));
    finish.told().expect("a tool without arguments can be told")
}

fn names(fields: &[Field]) -> String {
    let names: Vec<_> = fields.iter().map(|field| format!("`{}`", field.name)).collect();
    names.join(", ")
}

/// What a trajectory shows where a tool fails; DSPy has Python's traceback before the error.
pub(crate) fn failed(tool: &str, error: &str) -> String {
    format!("Execution error in {tool}: \n{error}")
}

/// What `finish`, which takes no arguments, raises where it is given one.
pub(super) fn unknown_argument(name: &str) -> String {
    format!("ValueError: Arg {name} is not in the tool's args.")
}
