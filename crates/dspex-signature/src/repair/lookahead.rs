//! Where the next quote or bracket stands: look-ahead that does not cost the distance each time.

/// A set of characters to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Targets(u16);

/// The characters that may be looked for, in the order of their bits.
const CHARS: [char; 10] = ['"', '\'', '“', '”', ']', '}', '{', '[', ':', '`'];

impl Targets {
    /// All that may open or close a text.
    pub(super) const QUOTES: Self = Self(0b1111);

    /// One character.
    pub(super) fn one(char: char) -> Self {
        let bit = bit(char);
        debug_assert!(bit != 0, "every character that is looked for has a bit");
        Self(bit)
    }

    pub(super) fn and(self, char: char) -> Self {
        Self(self.0 | Self::one(char).0)
    }

    const fn contains(self, char: char) -> bool {
        self.0 & bit(char) != 0
    }

    fn bits(self) -> impl Iterator<Item = usize> {
        (0..CHARS.len()).filter(move |bit| self.0 & (1 << bit) != 0)
    }
}

const fn bit(char: char) -> u16 {
    match char {
        '"' => 1,
        '\'' => 1 << 1,
        '“' => 1 << 2,
        '”' => 1 << 3,
        ']' => 1 << 4,
        '}' => 1 << 5,
        '{' => 1 << 6,
        '[' => 1 << 7,
        ':' => 1 << 8,
        '`' => 1 << 9,
        _ => 0,
    }
}

/// What is nearer than this is looked for byte by byte.
const NEAR: usize = 96;

/// The positions of each character, unescaped, in order; filled when a search goes far.
#[derive(Default)]
pub(super) struct Index {
    places: [Option<Vec<u32>>; CHARS.len()],
}

impl Index {
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// The first unescaped target at or after `position`, or the length of the text; with it comes
    /// how many bytes were looked at.
    pub(super) fn find(&mut self, text: &str, targets: Targets, position: usize) -> (usize, usize) {
        let Some(rest) = text.get(position..) else { return (text.len(), 0) };
        let mut escaped = false;
        for (offset, char) in rest.char_indices() {
            if !escaped && offset >= NEAR {
                let (place, steps) = self.find_far(text, targets, position + offset);
                return (place, steps + offset);
            }
            match char {
                '\\' => escaped = !escaped,
                _ if !escaped && targets.contains(char) => return (position + offset, offset),
                _ => escaped = false,
            }
        }
        (text.len(), rest.len())
    }

    /// As [`Index::find`], from a position that no backslash escapes.
    fn find_far(&mut self, text: &str, targets: Targets, position: usize) -> (usize, usize) {
        let mut nearest = text.len();
        let mut steps = 0;
        for bit in targets.bits() {
            steps += self.fill(text, bit);
            let places = self.places(bit);
            let next = places.partition_point(|place| (*place as usize) < position);
            if let Some(place) = places.get(next) {
                nearest = nearest.min(*place as usize);
            }
        }
        (nearest, steps)
    }

    /// How many unescaped targets stand at or after `start` and before `end`; with it comes how
    /// many bytes were looked at.
    pub(super) fn count(
        &mut self,
        text: &str,
        targets: Targets,
        start: usize,
        end: usize,
    ) -> (usize, usize) {
        let (mut count, mut steps) = (0, 0);
        for bit in targets.bits() {
            steps += self.fill(text, bit);
            let rank =
                |position| self.places(bit).partition_point(|place| (*place as usize) < position);
            count += rank(end).saturating_sub(rank(start));
        }
        (count, steps)
    }

    fn places(&self, bit: usize) -> &[u32] {
        self.places[bit].as_deref().unwrap_or_default()
    }

    /// Finds all places of a character, once.
    fn fill(&mut self, text: &str, bit: usize) -> usize {
        if self.places[bit].is_some() {
            return 0;
        }
        let target = CHARS[bit];
        let mut places = Vec::new();
        let mut escaped = false;
        for (offset, char) in text.char_indices() {
            match char {
                '\\' => escaped = !escaped,
                _ => {
                    if char == target && !escaped {
                        places.push(u32::try_from(offset).expect("longer texts are refused"));
                    }
                    escaped = false;
                }
            }
        }
        self.places[bit] = Some(places);
        text.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_character_has_its_bit() {
        for (place, char) in CHARS.into_iter().enumerate() {
            assert_eq!(bit(char), 1 << place, "{char:?}");
        }
    }

    #[test]
    fn near_and_far_searches_agree() {
        let text = format!("\\\"{} \\\\\"“]", "a\\]".repeat(200));
        let mut index = Index::default();
        for start in 0..=text.len() {
            if !text.is_char_boundary(start) {
                continue;
            }
            for targets in [Targets::QUOTES, Targets::one(']'), Targets::one('"').and(':')] {
                let mut escaped = false;
                let mut place = text.len();
                for (offset, char) in text[start..].char_indices() {
                    if !escaped && targets.contains(char) {
                        place = start + offset;
                        break;
                    }
                    escaped = char == '\\' && !escaped;
                }
                assert_eq!(index.find(&text, targets, start).0, place, "from {start}");
            }
        }
    }
}
