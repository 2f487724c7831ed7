//! How setting up tells what it does, whatever shows it.

/// What setting up has to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProgressEvent<'a> {
    /// A new step has begun; it may take from milliseconds to minutes.
    Step(&'a str),
    /// A line that the step's installer wrote.
    Detail(&'a str),
    /// Something went otherwise than planned, and setting up goes on.
    Warning(&'a str),
}

/// Receives what setting up does, in order, on the thread that called.
///
/// Any `FnMut(ProgressEvent<'_>)` is one; [`Silent`] shows nothing.
pub trait Progress {
    /// Takes one event; must not block for long.
    fn report(&mut self, event: ProgressEvent<'_>);
}

impl<F: FnMut(ProgressEvent<'_>)> Progress for F {
    fn report(&mut self, event: ProgressEvent<'_>) {
        self(event);
    }
}

/// Shows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn report(&mut self, _: ProgressEvent<'_>) {}
}
