//! `json_repair` and the native [`repair`](dspex_signature::repair()).

use dspex_signature::{Family, Repair, RepairDoubt, repair};

use super::{Answer, Subject, completion, long, mutation, random::Random, rare, short};

pub(super) fn subject() -> Subject {
    Subject {
        script: include_str!("../../../python/oracle/json_repair_oracle.py"),
        versions: &[("json_repair", "0.64.6"), ("python", "3.11")],
        families: Family::ALL.map(|family| (family.name(), family.is_earned())).to_vec(),
        text,
        answer,
    }
}

/// A short text of structural characters, or a completion, mostly with faults.
fn text(random: &mut Random) -> String {
    if random.once_in(128) {
        return long::text(random);
    }
    match random.below(10) {
        0 | 1 => short::text(random),
        2 => completion::text(random),
        3 | 4 => mutation::mutate(completion::text(random), random),
        5..8 => rare::text(random),
        _ => mutation::mutate(rare::text(random), random),
    }
}

fn answer(text: &str) -> Answer {
    let (doubt, repaired) = match repair(text) {
        Repair::Exact(repaired) => (None, repaired),
        // What is not earned yet is compared all the same; that is how it is earned. But half
        // characters never can be.
        Repair::Unsure(RepairDoubt::NotEarned(_), repaired)
            if !repaired.families.contains(Family::HalfCharacters) =>
        {
            (None, repaired)
        }
        Repair::Unsure(doubt, repaired) => (Some(doubt), repaired),
    };
    let place = |family| Family::ALL.iter().position(|known| *known == family);
    let families = repaired.families.iter().filter_map(place).collect();
    match doubt {
        None => Answer { value: Ok(repaired.value.python_repr()), families },
        Some(doubt) => Answer { value: Err(doubt.to_string()), families },
    }
}
