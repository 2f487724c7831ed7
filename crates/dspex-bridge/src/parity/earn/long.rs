//! Long completions: look-ahead goes far in them, and back over what it has seen.

use super::{completion, mutation, random::Random, short};

/// A list or object of many values with long texts, and a fault or two.
pub(super) fn text(random: &mut Random) -> String {
    let (start, end) = random.pick(&[
        &("[", "]"),
        &("{\"a\": [", "]}"),
        &("{\"k\": ", "}"),
        &("```json\n[", "\n]\n```"),
        &("x\n", ""),
    ]);
    let separator = random.pick(&[", ", ",\n", " ", ",\n\"z\": ", "\n"]);
    let mut text = (*start).to_owned();
    for _ in 0..random.within(1, 8) {
        match random.below(6) {
            0 => text.push_str(&short::text(random)),
            1 => text.push_str(&completion::text(random)),
            2 => text.extend(std::iter::repeat_n(' ', random.below(300))),
            _ => {
                let key = random.pick(&["\"text\"", "\"text\"", "'t'", "t", "“t”"]);
                let quote = random.pick(&["\"", "\"", "\"", "'", ""]);
                let words = completion::long_text(random);
                text.push_str(&format!(
                    "{{\"id\": 7, {key}: {quote}{words}{quote}, \"n\": [1, \"x\"]}}"
                ));
            }
        }
        text.push_str(separator);
    }
    text.push_str(end);
    if random.once_in(2) { mutation::mutate(text, random) } else { text }
}
