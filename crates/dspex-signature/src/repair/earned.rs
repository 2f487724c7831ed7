//! Which rule families are earned: what `cargo xtask parity --earn repair` has counted.

use super::Family;

/// A family is earned by so many cases without a difference.
pub(super) const ENOUGH_CASES: u32 = 100_000;

/// How many generated and mutated completions used the family's rules in the last full run, all of
/// them with the library's own answer; 0 where the rules cannot be followed.
///
/// The run was that of seed 1 with 4 500 000 texts, less its 24 texts with half of a character, whose
/// value was another and which are left to the library since.
pub(super) const fn cases(family: Family) -> u32 {
    match family {
        Family::Prose => 2_249_734,
        Family::ManyValues => 570_496,
        Family::MissingOpener => 181_987,
        Family::LateMembers => 137_412,
        Family::Comments => 402_845,
        Family::Parentheses => 242_588,
        Family::ExtraCommas => 483_708,
        Family::MissingCommas => 1_297_665,
        Family::Colons => 450_989,
        Family::MissingValues => 765_836,
        Family::MissingKeys => 900_441,
        Family::MissingClosers => 1_850_495,
        Family::StrayClosers => 214_675,
        Family::StrayCharacters => 1_576_031,
        Family::SingleQuotes => 840_538,
        Family::SmartQuotes => 645_850,
        Family::BareKeys => 1_150_901,
        Family::BareText => 995_913,
        Family::Words => 192_053,
        Family::Numbers => 850_487,
        Family::Escapes => 242_857,
        Family::ControlCharacters => 742_890,
        Family::DoubledQuotes => 261_422,
        Family::InnerQuotes => 549_909,
        Family::MissingQuotes => 881_321,
        Family::InlineContainers => 382_729,
        Family::Fences => 196_557,
        Family::SplitObjects => 141_857,
        Family::SetObjects => 196_932,
        Family::Rows => 133_096,
        Family::Ellipses => 114_369,
        // Rust's text holds no half of a character.
        Family::HalfCharacters => 0,
    }
}
