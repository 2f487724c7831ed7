//! DSPy's words for a tool, as prompts and observations have them.
//!
//! From DSPy 3.4.1 (MIT), for equality on the wire; see `NOTICE`.

/// Between a tool's name and its description.
pub(super) const DESC_OPEN: &str = ", whose description is <desc>";
/// Behind a tool's description.
pub(super) const DESC_CLOSE: &str = "</desc>.";
/// Before a tool's arguments.
pub(super) const ARGUMENTS: &str = "It takes arguments ";

/// What `dspy.Tool` raises for an argument that is not as its schema says.
pub(super) fn invalid(name: &str, message: &str) -> String {
    format!("ValueError: Arg {name} is invalid: {message}")
}
