//! What prompts say of DSPy's own types, beside their JSON schemas.
//!
//! The texts are DSPy 3.4.1's (`dspy/adapters/types/{code,tool}.py` and `dspy/adapters/utils.py`,
//! MIT licence), because the model reads them and equivalence with DSPy is measured in bytes.

/// Begins the description of a type in the list of fields; the name and a colon follow.
pub(super) const TYPE_DESCRIPTION: &str = "\n    Type description of ";

/// The types that describe themselves, wherever in a field's type they stand.
pub(super) const TYPE_DESCRIPTIONS: [(&str, &str); 2] = [
    (
        "dspy.Code",
        "Code represented in a string, specified in the `code` field. If this is an output field, \
         the code field should follow the markdown code block format, e.g. \n```python\n{code}\n\
         ```\nProgramming language: python",
    ),
    (
        "dspy.ToolCalls",
        "Tool calls must be a JSON object with `tool_calls`, a list of calls. Each call must \
         include `name` and `args`. Example: {\"tool_calls\": [{\"name\": \"search\", \"args\": \
         {\"query\": \"cats\"}}]}",
    ),
];

/// What a reminder says of an output that is tool calls, in place of its type.
pub(super) const TOOL_CALLS: &str =
    " (must be a JSON object like {\"tool_calls\": [{\"name\": \"...\", \"args\": {...}}]})";
