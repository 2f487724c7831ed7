//! `[orchestrator]`: which way modules go.

use dspex_orchestrator::{OnDifference, Shadow};

use super::reader::Section;

const ON_DIFFERENCE: [(&str, OnDifference); 2] =
    [("demote", OnDifference::Demote), ("report", OnDifference::Report)];

/// `shadow = { share = 0.01, on_difference = "demote" }`; `None` where nobody says.
pub(super) fn read_shadow(section: &Section<'_>) -> Option<Shadow> {
    let is_said = section.has("shadow");
    let shadow = section.section("shadow");
    section.close(&["shadow"], &["objective", "explore", "adapt", "admission"]);
    let share = shadow.float("share");
    let on_difference = shadow.word("on_difference", &ON_DIFFERENCE).unwrap_or_default();
    shadow.close(&["share", "on_difference"], &[]);
    let path = shadow.path("share");
    match share {
        Some(share) if (0.0..=1.0).contains(&share) => {
            return Some(Shadow::share(share).on_difference(on_difference));
        }
        Some(share) => {
            let message = format!("`{path}` is {share}, no share of all calls");
            shadow.fault("share", message, Some("give one from 0 to 1, such as 0.01"));
        }
        None if is_said && !shadow.has("share") => {
            let message = format!("`{path}` is missing");
            section.fault("shadow", message, Some("say how many calls are compared, such as 0.01"));
        }
        None => {}
    }
    None
}
