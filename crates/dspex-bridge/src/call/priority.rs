//! Which call goes first where several wait.

/// Which call is taken first where several wait for the same worker.
///
/// Calls of one priority are taken in the order in which they came. So that none waits for ever, each
/// eighth place goes to the call that has waited longest, whatever its priority.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// After all others: work that nobody waits for, such as an evaluation.
    Low,
    /// Where nobody says.
    #[default]
    Normal,
    /// Before all others.
    High,
}
