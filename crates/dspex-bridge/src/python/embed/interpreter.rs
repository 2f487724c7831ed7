//! How the interpreter of this process is configured and started.
#![expect(unsafe_code, reason = "CPython is configured before it starts through its C interface")]

use std::ffi::{CStr, CString};
use std::path::Path;

use pyo3::ffi;

use super::EmbedError;

/// The first two numbers of the version of the library that this program is linked with.
pub(super) fn linked_version() -> String {
    // SAFETY: `Py_GetVersion` may be called before initialisation and returns a static string.
    let text = unsafe { CStr::from_ptr(ffi::Py_GetVersion()) };
    super::minor(&text.to_string_lossy()).unwrap_or_default()
}

/// Starts CPython as the interpreter of a virtual environment; nothing else of Python runs yet.
pub(super) fn initialise(venv: &Path) -> Result<(), EmbedError> {
    use std::os::unix::ffi::OsStrExt as _;
    let executable = CString::new(venv.join("bin/python").as_os_str().as_bytes())
        .map_err(|_| EmbedError::NotStarted { reason: "the path holds a zero byte".into() })?;
    let mut config = std::mem::MaybeUninit::<ffi::PyConfig>::uninit();
    // SAFETY: the configuration is initialised before it is used and cleared after; nothing else
    // of Python runs yet, which `STARTED` guards; the thread state is released at the end, so
    // that any thread can attach.
    unsafe {
        ffi::PyConfig_InitPythonConfig(config.as_mut_ptr());
        let config = config.assume_init_mut();
        config.install_signal_handlers = 0;
        // A home that is named there would end the process.
        config.use_environment = 0;
        config.user_site_directory = 0;
        // The package of the worker is checked at every start and keeps no bytecode.
        config.write_bytecode = 0;
        // The program ends without a word to Python, which then has nothing left to write.
        config.buffered_stdio = 0;
        let field = std::ptr::addr_of_mut!(config.executable);
        let mut status = ffi::PyConfig_SetBytesString(config, field, executable.as_ptr());
        if ffi::PyStatus_Exception(status) == 0 {
            status = ffi::Py_InitializeFromConfig(config);
        }
        ffi::PyConfig_Clear(config);
        if ffi::PyStatus_Exception(status) != 0 {
            let reason = match status.err_msg.is_null() {
                true => "no reason given".into(),
                false => CStr::from_ptr(status.err_msg).to_string_lossy().into_owned(),
            };
            return Err(EmbedError::NotStarted { reason });
        }
        ffi::PyEval_SaveThread();
    }
    Ok(())
}
