//! A bar while tickets are worked on; nothing where stderr is not a terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A bar for this many tickets.
pub(crate) fn bar(n_tickets: usize) -> ProgressBar {
    // indicatif hides a bar on its own where stderr is not a terminal.
    let bar = ProgressBar::new(n_tickets as u64);
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} tickets, {elapsed}, {msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
