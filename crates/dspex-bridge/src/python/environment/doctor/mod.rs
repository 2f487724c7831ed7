//! Looks at everything that dspex needs or could use, and says how to mend what is not usable.

mod programs;
mod python;
mod report;

pub use report::{Check, Report, State};

use super::EnvironmentSpec;
use super::layout::Layout;

/// Looks at everything that dspex needs or could use on this machine; changes nothing.
///
/// Blocks for a few seconds: packages are imported and programs run to see that they work. What
/// cannot be looked at is a row that says so, never an error.
#[must_use]
pub fn doctor(spec: &EnvironmentSpec) -> Report {
    let venv = std::path::absolute(&spec.venv).unwrap_or_else(|_| spec.venv.clone());
    let layout = Layout::new(venv);
    let mut checks = vec![platform(), python::interpreter(spec), python::venv(spec, &layout)];
    checks.extend(python::packages(spec, &layout));
    checks.push(python::pyodide(spec, &layout));
    checks.push(programs::uv(&layout));
    checks.push(programs::model_keys());
    checks.push(programs::ollama());
    checks.extend(programs::developer_tools(spec, &layout));
    Report { checks }
}

/// The operating system and processor.
fn platform() -> Check {
    let name = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
    let check = Check::new("platform", "Python workers").version(name);
    if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        check.usable()
    } else {
        check.broken("Python workers are tested on linux x86_64 only", "use the native engine")
    }
}
