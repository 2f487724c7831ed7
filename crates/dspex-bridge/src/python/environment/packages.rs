//! Which packages an environment holds, and whether they can be imported.

use std::process::Command;
use std::time::Duration;

use super::guard::Guard;
use super::layout::Layout;
use super::{EnvironmentError, Group, process};

/// How long importing may take: compiling DSPy and all it needs to bytecode on a slow disk.
const IMPORT: Duration = Duration::from_secs(180);

/// One package as the environment's own Python sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Package {
    pub(super) module: String,
    /// `None` where it is not installed.
    pub(super) version: Option<String>,
    /// The exception that importing it raised.
    pub(super) fault: Option<String>,
}

/// Imports the modules of `groups` in the environment's Python, one process for all.
///
/// Python may write bytecode while it does; a set-up shares its `guard` for that.
pub(super) fn inspect(
    layout: &Layout,
    groups: &[Group],
    guard: Option<&Guard>,
) -> Result<Vec<Package>, EnvironmentError> {
    let mut command: Command = process::command(layout.python());
    command.args(["-I", "-c", include_str!("../../../python/environment/inspect_packages.py")]);
    let modules = groups.iter().flat_map(|group| group.modules());
    command.args(modules.map(|(module, distribution)| format!("{module}={distribution}")));
    // DSPy opens its cache while it is imported; asking must not leave one in the user's home.
    command.env("DSPY_CACHEDIR", layout.own().join("cache"));
    if let Some(guard) = guard {
        guard.share_with(&mut command)?;
    }
    let finished = process::run(&mut command, IMPORT, |_| {})?;
    if !finished.success {
        return Err(EnvironmentError::Program {
            program: layout.python().display().to_string(),
            doing: "importing the packages",
            output: finished.tail,
        });
    }
    Ok(finished.stdout.lines().filter_map(read).collect())
}

/// Reads one line of `inspect_packages.py`.
fn read(line: &str) -> Option<Package> {
    let mut parts = line.splitn(3, '\t');
    let module = parts.next()?.to_owned();
    let mut part = || parts.next().filter(|part| !part.is_empty()).map(str::to_owned);
    Some(Package { module, version: part(), fault: part() })
}

/// Makes sure that each module of `group` can be imported.
pub(super) fn check(layout: &Layout, group: Group, guard: &Guard) -> Result<(), EnvironmentError> {
    for package in inspect(layout, &[group], Some(guard))? {
        let fault = match (package.version, package.fault) {
            (Some(_), None) => continue,
            (Some(_), Some(fault)) => fault,
            (None, _) => "it was not installed".to_owned(),
        };
        let path = layout.venv().to_owned();
        return Err(EnvironmentError::Unusable { path, module: package.module, fault });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read() {
        let package = |version: Option<&str>, fault: Option<&str>| Package {
            module: "dspy".to_owned(),
            version: version.map(str::to_owned),
            fault: fault.map(str::to_owned),
        };
        assert_eq!(read("dspy\t3.4.1\t"), Some(package(Some("3.4.1"), None)));
        assert_eq!(read("dspy\t\t"), Some(package(None, None)));
        assert_eq!(
            read("dspy\t3.4.1\tImportError: no\tx"),
            Some(package(Some("3.4.1"), Some("ImportError: no\tx")))
        );
    }
}
