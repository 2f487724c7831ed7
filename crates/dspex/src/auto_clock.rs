//! Sets a clock going that jumps ahead when everyone waits.

use dspex_signature::VirtualClock;

use crate::config::{ConfigFault, Place};

/// Has the clock follow the paused time of this runtime.
pub(crate) fn set_going(clock: &VirtualClock, has_python: bool) -> Result<(), ConfigFault> {
    let fault = |message: &str| ConfigFault::new(Place::Builder, message);
    if has_python {
        let message = "`VirtualClock::auto` does not wait for Python workers";
        return Err(fault(message).with_hint("add `.no_python()`"));
    }
    #[cfg(feature = "testing")]
    return dspex_bridge::auto_clock::set_going(clock).map_err(|error| {
        let hint = "run the test with `#[tokio::test]`, without `flavor = \"multi_thread\"`";
        fault(&error.to_string()).with_hint(hint)
    });
    #[cfg(not(feature = "testing"))]
    {
        let _ = clock;
        Err(fault("`VirtualClock::auto` needs the feature `testing`"))
    }
}
