//! A child that ends with its owner, and its own children with it.

use std::io;
#[cfg(feature = "mcp")]
use std::process::ExitStatus;

#[cfg(unix)]
use rustix::process::{Pid, Signal, kill_process_group};
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

    /// Waits until it has ended, and ends what it leaves behind; may be asked again.
    ///
    /// # Errors
    /// What the operating system says.
    #[cfg(feature = "mcp")]
    pub(crate) async fn ended(&mut self) -> io::Result<ExitStatus> {
        let id = self.0.id();
        let status = self.0.wait().await?;
        // Its children may outlive it: their group keeps the id from being given away, and where there
        // are none the signal reaches nobody.
        kill_group(id);
        Ok(status)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // There is no id once it has ended and was waited for.
        kill_group(self.0.id());
    }
}

/// Ends the group that a process leads.
#[cfg_attr(not(unix), expect(unused_variables, reason = "only Unix has groups"))]
fn kill_group(id: Option<u32>) {
    #[cfg(unix)]
    if let Some(pid) = id.and_then(|id| Pid::from_raw(id.cast_signed())) {
        let _ = kill_process_group(pid, Signal::KILL);
    }
}
