//! A text in words, as `mteval-v13a` takes them.

use std::sync::LazyLock;

use regex::Regex;

use crate::value::unicode::is_space;

/// What parts words, and how the parts are put back, in this order.
static RULES: LazyLock<[(Regex, &str); 4]> = LazyLock::new(|| {
    let rule = |pattern| Regex::new(pattern).expect("the patterns are fixed, and a test uses them");
    [
        // All of ASCII's punctuation except apostrophe, comma, hyphen and period.
        (rule(r"([ -&(-+:-@\[-`{-~/])"), " $1 "),
        (rule(r"([^0-9])([.,])"), "$1 $2 "),
        (rule(r"([.,])([^0-9])"), " $1 $2"),
        (rule(r"([0-9])(-)"), "$1 $2 "),
    ]
});

/// The text with white space between its words.
pub(super) fn prepared(text: &str) -> String {
    let text = text.trim_end_matches(is_space);
    let mut text = text.replace("<skipped>", "").replace("-\n", "").replace('\n', " ");
    for (entity, char) in [("&quot;", "\""), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")] {
        text = text.replace(entity, char);
    }
    let framed = format!(" {text} ");
    RULES.iter().fold(framed, |text, (rule, parted)| rule.replace_all(&text, *parted).into_owned())
}

/// The words of a prepared text.
pub(super) fn words(prepared: &str) -> Vec<&str> {
    prepared.split(is_space).filter(|word| !word.is_empty()).collect()
}
