//! A completion in the sections that `[[ ## name ## ]]` headers open.

use super::{
    chat_text::{HEADER_CLOSE, HEADER_OPEN},
    lines::with_newlines,
};
use crate::value::unicode::{is_space, is_word, strip};

/// Calls `section` with the name and the stripped content of each section, in order, until it
/// returns `false`; what stands before the first header is passed over.
///
/// As in DSPy, a header begins its line, white space aside, and what follows it on the line is
/// content. That is cut from the line as it stands at the place where the header ends in the
/// stripped line, so behind an indented header some of the header is taken for content.
pub(super) fn sections(completion: &str, mut section: impl FnMut(&str, &str) -> bool) {
    let text = with_newlines(completion);
    let mut open: Option<(&str, usize)> = None;
    let mut line_start = 0;
    while line_start < text.len() {
        let line_end = text[line_start..].find('\n').map_or(text.len(), |end| line_start + end);
        let line = &text[line_start..line_end];
        if let Some((name, header_chars)) = header(line) {
            if let Some((open_name, start)) = open
                && !section(open_name, strip(&text[start..line_start]))
            {
                return;
            }
            let skipped = line.char_indices().nth(header_chars).map_or(line.len(), |(at, _)| at);
            open = Some((name, line_start + skipped));
        }
        line_start = line_end + 1;
    }
    if let Some((name, start)) = open {
        section(name, strip(&text[start..]));
    }
}

/// The name in a line's header, and the header's length in characters.
fn header(line: &str) -> Option<(&str, usize)> {
    let rest = line.trim_start_matches(is_space).strip_prefix(HEADER_OPEN)?;
    let end = rest.find(|char| !is_word(char)).filter(|end| *end > 0)?;
    let name = &rest[..end];
    rest[end..]
        .starts_with(HEADER_CLOSE)
        .then(|| (name, HEADER_OPEN.len() + name.chars().count() + HEADER_CLOSE.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(completion: &str, expected: &[(&str, &str)]) {
        let mut found = Vec::new();
        sections(completion, |name, content| {
            found.push((name.to_owned(), content.to_owned()));
            true
        });
        let found: Vec<_> = found.iter().map(|(name, content)| (&**name, &**content)).collect();
        assert_eq!(found, expected, "splitting {completion:?}");
    }

    #[test]
    fn headers_open_sections() {
        check("", &[]);
        check("prose", &[]);
        check("x\n[[ ## a ## ]]\n 1\n\n2 \n[[ ## b ## ]] 3", &[("a", "1\n\n2"), ("b", "3")]);
        check("[[ ## a ## ]] x\ny", &[("a", "x\ny")]);
        check("[[ ## a ## ]]\nx [[ ## b ## ]]\n", &[("a", "x [[ ## b ## ]]")]);
        check("[[ ## a b ## ]]\n[[ ##  ## ]]\n[[## a ##]]\n[[ ## a", &[]);
        check("[[ ## naïve ## ]]\nx", &[("naïve", "x")]);
    }

    #[test]
    fn lines_end_where_python_ends_them() {
        for line_break in ["\r\n", "\r", "\u{b}", "\u{c}", "\u{1c}", "\u{85}", "\u{2028}"] {
            let completion = ["[[ ## a ## ]]", "x", "y", "[[ ## b ## ]]", "z"].join(line_break);
            check(&completion, &[("a", "x\ny"), ("b", "z")]);
        }
        check("[[ ## a ## ]]\nx\u{1f}[[ ## b ## ]]\n—é", &[("a", "x\u{1f}[[ ## b ## ]]\n—é")]);
    }

    #[test]
    fn an_indented_header_is_cut_as_dspy_cuts_it() {
        check("   [[ ## x ## ]] inline", &[("x", "]] inline")]);
        check("\u{3000}[[ ## x ## ]]\ny", &[("x", "]\ny")]);
    }

    #[test]
    fn reading_stops_when_told() {
        let mut names = Vec::new();
        sections("[[ ## a ## ]]\n[[ ## b ## ]]\n[[ ## c ## ]]", |name, _| {
            names.push(name.to_owned());
            name != "b"
        });
        assert_eq!(names, ["a", "b"]);
    }
}
