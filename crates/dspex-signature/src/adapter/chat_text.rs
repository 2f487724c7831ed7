//! The fixed texts of `ChatAdapter` prompts.
//!
//! They are DSPy 3.4.1's (`dspy/adapters/{base,chat_adapter,utils}.py`, MIT licence), because the
//! model reads them and equivalence with DSPy is measured in bytes.

pub(super) const INPUT_FIELDS: &str = "Your input fields are:\n";
pub(super) const OUTPUT_FIELDS: &str = "\nYour output fields are:\n";
pub(super) const CONSTRAINTS: &str = "\nConstraints: ";
pub(super) const STRUCTURE: &str = "\nAll interactions will be structured in the following way, with \
                                    the appropriate values filled in.\n\n";
pub(super) const OBJECTIVE: &str = "\nIn adhering to this structure, your objective is: ";
pub(super) const OBJECTIVE_LINE: &str = "\n        ";

pub(super) const HEADER_OPEN: &str = "[[ ## ";
pub(super) const HEADER_CLOSE: &str = " ## ]]";
pub(super) const COMPLETED: &str = "[[ ## completed ## ]]";

pub(super) const NOTE: &str = "        # note: the value you produce ";
pub(super) const NOTE_BOOL: &str = "must be True or False";
pub(super) const NOTE_INT: &str = "must be a single int value";
pub(super) const NOTE_FLOAT: &str = "must be a single float value";
pub(super) const NOTE_ENUM: &str = "must be one of: ";
pub(super) const NOTE_LITERAL: &str = "must exactly match (no extra characters) one of: ";
pub(super) const NOTE_SCHEMA: &str = "must adhere to the JSON schema: ";

pub(super) const REMINDER: &str =
    "Respond with the corresponding output fields, starting with the field ";
pub(super) const REMINDER_THEN: &str = ", then ";
pub(super) const REMINDER_TYPE: &str = " (must be formatted as a valid Python ";
pub(super) const REMINDER_END: &str =
    ", and then ending with the marker for `[[ ## completed ## ]]`.";

pub(super) const INCOMPLETE_DEMO: &str =
    "This is an example of the task, though some input or output fields are not supplied.";
pub(super) const NOT_SUPPLIED: &str = "Not supplied for this particular example. ";

/// An empty list given to a text field.
pub(super) const EMPTY_LIST: &str = "N/A";

/// What marks pictures and other media inside a text, which DSPy turns into content blocks.
pub(super) const MEDIA_MARKER: &str = "<<CUSTOM-TYPE-START-IDENTIFIER>>";

/// DSPy's words for the constraints of a field; it says nothing of the others.
pub(super) const CONSTRAINT_WORDS: [(&str, &str); 7] = [
    ("gt", "greater than: "),
    ("ge", "greater than or equal to: "),
    ("lt", "less than: "),
    ("le", "less than or equal to: "),
    ("min_length", "minimum length: "),
    ("max_length", "maximum length: "),
    ("multiple_of", "a multiple of the given number: "),
];
