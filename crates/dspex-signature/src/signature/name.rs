//! Which names a field can have.

use crate::{
    SignatureFault,
    value::unicode::{is_identifier, is_identifier_continue, is_identifier_start, nfkc},
};

/// Checks a field's name; `None` where it is one that DSPy takes too.
///
/// A name is a Python identifier (of letters that Unicode 14 has) in the form to which Python's
/// parser brings every name, no keyword, does not begin with an underscore and is none of the
/// members of DSPy's `Signature` class that a field would break.
pub(crate) fn name_fault(name: &str) -> Option<SignatureFault> {
    if name.starts_with('_') {
        let message = format!("field name `{name}` begins with an underscore");
        // DSPy takes these for no fields at all, and says nothing.
        let fault = match matches!(name, "__module__" | "__qualname__") {
            true => SignatureFault::unsupported(message),
            false => SignatureFault::new(message),
        };
        let bare = name.trim_start_matches('_');
        return Some(match bare.chars().next() {
            Some(first) if is_identifier_start(first) => fault.hint(format!("write `{bare}`")),
            _ => fault,
        });
    }
    if RESERVED.contains(&name) {
        let fault = SignatureFault::new(format!("field name `{name}` is taken"));
        return Some(fault.hint(format!(
            "DSPy's `Signature` class has a member of that name; write `{name}_` or a longer name"
        )));
    }
    // The rest is refused as syntax where it stands in a text; a signature that is built from
    // fields goes through in DSPy even so.
    if is_keyword(name) {
        let fault =
            SignatureFault::unsupported(format!("field name `{name}` is a keyword of Python"));
        return Some(fault.hint(format!("write `{name}_`")));
    }
    if is_identifier(name) {
        let normal = Some(nfkc(name)).filter(|normal| normal != name)?;
        let message = format!("field name `{name}` is `{normal}` to Python");
        return Some(SignatureFault::unsupported(message).hint(format!("write `{normal}`")));
    }
    let message = match strange_character(name) {
        Some(char) => {
            format!("field name `{name}` has the character U+{:04X}", u32::from(char))
        }
        None => format!("field name `{name}` is no Python identifier"),
    };
    let hint = "a name is letters, digits and underscores, and begins with a letter";
    Some(SignatureFault::unsupported(message).hint(hint))
}

/// The first character beyond ASCII that cannot stand where it does in an identifier.
pub(crate) fn strange_character(name: &str) -> Option<char> {
    let mut chars = name.char_indices();
    let strange = chars.find(|(position, char)| match position {
        0 => !is_identifier_start(*char),
        _ => !is_identifier_continue(*char),
    });
    strange.map(|(_, char)| char).filter(|char| !char.is_ascii())
}

pub(crate) fn is_keyword(name: &str) -> bool {
    KEYWORDS.contains(&name)
}

/// Members of DSPy's `Signature` (and pydantic's `BaseModel`) that no field can be named after;
/// measured on DSPy 3.4.1 by trying all of them.
pub(crate) const RESERVED: [&str; 11] = [
    "fields",
    "input_fields",
    "instructions",
    "model_config",
    "model_dump",
    "model_dump_json",
    "model_validate",
    "model_validate_json",
    "model_validate_strings",
    "output_fields",
    "signature",
];

/// Python 3.11's keywords; the soft ones (`match`, `case`, `type`, `_`) are names.
const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];
