//! Lines as Python sees them: `str.splitlines` and `textwrap.dedent`.

use std::borrow::Cow;

/// Python's `str.splitlines()`.
pub(super) fn split_lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let Some((end, line_break)) = rest.char_indices().find(|(_, char)| is_line_break(*char))
        else {
            lines.push(rest);
            break;
        };
        lines.push(&rest[..end]);
        rest = &rest[end + line_break.len_utf8()..];
        if line_break == '\r' {
            rest = rest.strip_prefix('\n').unwrap_or(rest);
        }
    }
    lines
}

/// The text with a newline for each break between lines.
pub(super) fn with_newlines(text: &str) -> Cow<'_, str> {
    // Bytes first: most texts have none of these, and bytes are looked through faster.
    let may_break = |byte| matches!(byte, 0x0b..=0x0d | 0x1c..=0x1e | 0xc2 | 0xe2);
    let is_strange = |char| char != '\n' && is_line_break(char);
    if !text.bytes().any(may_break) || !text.contains(is_strange) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace("\r\n", "\n").replace(is_strange, "\n"))
}

pub(super) const fn is_line_break(char: char) -> bool {
    matches!(char, '\n'..='\r' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Python's `textwrap.dedent()`: the white space that all lines start with goes, and lines of
/// nothing else become empty. Only `\n` parts lines here.
pub(super) fn dedent(text: &str) -> String {
    let is_blank = |char| matches!(char, ' ' | '\t');
    let lines: Vec<_> = text
        .split('\n')
        .map(|line| if line.trim_start_matches(is_blank).is_empty() { "" } else { line })
        .collect();
    let mut margin: Option<&str> = None;
    for line in lines.iter().filter(|line| !line.is_empty()) {
        let indent = &line[..line.len() - line.trim_start_matches(is_blank).len()];
        margin = Some(match margin {
            None => indent,
            Some(margin) => {
                let same =
                    margin.bytes().zip(indent.bytes()).take_while(|(one, other)| one == other);
                &margin[..same.count()]
            }
        });
    }
    let margin = margin.unwrap_or("");
    let dedented: Vec<_> =
        lines.iter().map(|line| line.strip_prefix(margin).unwrap_or(line)).collect();
    dedented.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_pythons() {
        assert_eq!(split_lines("a\r\nb\n\nc\u{2028}d\r"), ["a", "b", "", "c", "d"]);
        assert_eq!(split_lines(""), Vec::<&str>::new());
        assert_eq!(with_newlines("a\r\nb\u{85}c\r\rd—é"), "a\nb\nc\n\nd—é");
    }

    #[test]
    fn dedent_takes_the_common_margin() {
        assert_eq!(dedent("  a\n    b\n \t \n  c"), "a\n  b\n\nc");
        assert_eq!(dedent("  a\n\tb"), "  a\n\tb");
        assert_eq!(dedent("a\n  b"), "a\n  b");
        assert_eq!(dedent("  a\n   b\n  "), "a\n b\n");
    }
}
