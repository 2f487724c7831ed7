//! A child that ends with its owner, and its own children with it.

use std::io;

use tokio::process::{Child, Command};

/// A process that ends with its children when nobody waits for it any more.
#[derive(Debug)]
pub(crate) struct Running(pub(crate) Child);

impl Running {
    /// Starts the command.
    ///
    /// # Errors
    /// What the operating system says.
    pub(crate) fn start(mut command: Command) -> io::Result<Self> {
        // A group of its own, so that its children can be ended with it.
        #[cfg(unix)]
        command.process_group(0);
        command.kill_on_drop(true).spawn().map(Self)
    }
}

#[cfg(unix)]
impl Drop for Running {
    fn drop(&mut self) {
        use rustix::process::{Pid, Signal, kill_process_group};

        // There is no id once it has ended and was waited for.
        if let Some(pid) = self.0.id().and_then(|id| Pid::from_raw(id.cast_signed())) {
            let _ = kill_process_group(pid, Signal::KILL);
        }
    }
}
