//! Which names a field can have.

use crate::SignatureFault;

/// Checks a field's name; `None` where it is one that DSPy takes too.
///
/// A name is a Python identifier, no keyword, does not begin with an underscore and is none of
/// the members of DSPy's `Signature` class that a field would break. Beyond ASCII the letters of
/// Latin-1, Latin Extended-A, Greek, Cyrillic, Hebrew, Arabic, Kana, CJK and Hangul are known;
/// others are not supported yet, because Python normalises them.
pub(crate) fn name_fault(name: &str) -> Option<SignatureFault> {
    if name.starts_with('_') {
        let fault = SignatureFault::new(format!("field name `{name}` begins with an underscore"));
        let bare = name.trim_start_matches('_');
        return Some(match bare.chars().next() {
            Some(first) if is_name_start(first) => fault.hint(format!("write `{bare}`")),
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
    let mut chars = name.chars();
    let is_identifier = chars.next().is_some_and(is_name_start) && chars.all(is_name_continue);
    if is_identifier {
        return None;
    }
    if let Some(char) = name.chars().find(|char| !char.is_ascii() && !is_known_letter(*char)) {
        let code = u32::from(char);
        return Some(SignatureFault::unsupported(format!(
            "field name `{name}` has the character U+{code:04X}, which is not supported yet"
        )));
    }
    let fault = SignatureFault::unsupported(format!("field name `{name}` is no Python identifier"));
    Some(fault.hint("a name is letters, digits and underscores, and begins with a letter"))
}

fn is_name_start(char: char) -> bool {
    char.is_ascii_alphabetic() || char == '_' || is_known_letter(char)
}

fn is_name_continue(char: char) -> bool {
    is_name_start(char) || char.is_ascii_digit()
}

pub(crate) fn is_keyword(name: &str) -> bool {
    KEYWORDS.contains(&name)
}

/// Letters that begin Python identifiers, that normal form KC leaves alone next to any other of
/// them, and whose upper case Rust and Python agree on (computed with Unicode 14, Python 3.11).
pub(crate) fn is_known_letter(char: char) -> bool {
    matches!(
        char,
        '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{131}'
            | '\u{134}'..='\u{13e}' | '\u{141}'..='\u{148}' | '\u{14a}'..='\u{17e}'
            | '\u{386}' | '\u{388}'..='\u{38a}' | '\u{38c}' | '\u{38e}'..='\u{3a1}'
            | '\u{3a3}'..='\u{3cf}' | '\u{400}'..='\u{481}' | '\u{48a}'..='\u{4ff}'
            | '\u{5d0}'..='\u{5ea}' | '\u{620}'..='\u{64a}' | '\u{3041}'..='\u{3096}'
            | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30fe}' | '\u{4e00}'..='\u{9fff}'
            | '\u{ac00}'..='\u{d7a3}'
    )
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
