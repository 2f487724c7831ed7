//! The rows about Python: interpreter, environment, packages, sandbox.

use super::super::layout::Layout;
use super::super::packages::{self, Package};
use super::super::stamp::Stamp;
use super::super::{Environment, EnvironmentError, EnvironmentSpec, Group, Interpreter, pyodide};
use super::Check;

/// The Python that an environment would be built with.
pub(super) fn interpreter(spec: &EnvironmentSpec) -> Check {
    let check = Check::new("python", "Python modules");
    match Interpreter::find(spec.python.as_deref()) {
        Ok(interpreter) => check.version(interpreter.version.to_string()).usable(),
        Err(error) => check.broken(error.to_string(), error.hint()),
    }
}

/// The environment itself.
pub(super) fn venv(spec: &EnvironmentSpec, layout: &Layout) -> Check {
    let check = Check::new("environment", "Python modules");
    match Environment::open(&spec.venv) {
        Ok(environment) => check.version(format!("Python {}", environment.version)).usable(),
        Err(_) if !layout.venv().exists() => check.missing(setup(spec, Group::Base)),
        Err(EnvironmentError::NotReady { reason, .. }) if !layout.own().is_dir() => {
            let mend = format!("move it away, then {}", setup(spec, Group::Base));
            check.broken(format!("`{}`: {reason}", spec.venv.display()), mend)
        }
        Err(EnvironmentError::NotReady { reason, .. }) => {
            check.broken(format!("`{}`: {reason}", spec.venv.display()), setup(spec, Group::Base))
        }
        Err(error) => check.broken(error.to_string(), error.hint()),
    }
}

/// The packages of every group but the developers', whose `ruff` may stand elsewhere too.
pub(super) fn packages(spec: &EnvironmentSpec, layout: &Layout) -> Vec<Check> {
    let groups = [Group::Base, Group::Optimizers, Group::Code, Group::LocalLm];
    let found = match layout.python().is_file() {
        true => packages::inspect(layout, &groups, None),
        false => Ok(Vec::new()),
    };
    let found = match found {
        Ok(found) => found,
        Err(error) => {
            let mend = setup(spec, Group::Base);
            return vec![Check::new("packages", "Python modules").broken(error.to_string(), mend)];
        }
    };
    let stamp = Stamp::read(layout).ok();
    let mut checks = Vec::new();
    for group in groups {
        let is_wanted = group == Group::Base
            || spec.groups.contains(&group)
            || stamp.as_ref().is_some_and(|stamp| stamp.installed().contains(&group));
        for (module, distribution) in group.modules() {
            let package = found.iter().find(|package| package.module == *module);
            let check = Check::new(*distribution, needed_for(group));
            checks.push(judge(check, package, group, is_wanted, setup(spec, group)));
        }
    }
    checks
}

/// Holds what was found against the lock file.
fn judge(
    check: Check,
    package: Option<&Package>,
    group: Group,
    is_wanted: bool,
    mend: String,
) -> Check {
    let Some(Package { version: Some(version), fault, .. }) = package else {
        return if is_wanted { check.missing(mend) } else { check.optional(mend) };
    };
    let locked = group.locked_versions(&check.what);
    let check = check.version(version);
    match fault {
        Some(fault) => check.broken(fault, mend),
        None if !locked.contains(&version.as_str()) => {
            check.broken(format!("the lock file says {}", locked.join(" or ")), mend)
        }
        None => check.usable(),
    }
}

/// What DSPy's sandbox downloads, which only counts where Deno is there.
pub(super) fn pyodide(spec: &EnvironmentSpec, layout: &Layout) -> Check {
    let check = Check::new("pyodide", needed_for(Group::Code));
    if pyodide::is_prefetched(layout) {
        return check.version("prefetched").usable();
    }
    check.optional(format!("{} where Deno's hosts can be reached", setup(spec, Group::Code)))
}

fn needed_for(group: Group) -> &'static str {
    match group {
        Group::Base => "Python modules",
        Group::Optimizers => "optimizers",
        Group::Code => "running model-written code",
        Group::LocalLm => "models from local weights",
        Group::Dev => "development",
    }
}

/// The command that installs `group`.
pub(super) fn setup(spec: &EnvironmentSpec, group: Group) -> String {
    match group {
        Group::Base => format!("`{}`", spec.setup_command),
        Group::Dev => format!("`{} --dev`", spec.setup_command),
        _ => format!("`{} --group {group}`", spec.setup_command),
    }
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;

    #[track_caller]
    fn check(version: Option<&str>, fault: Option<&str>, is_wanted: bool, expected: &State) {
        let text = |text: Option<&str>| text.map(str::to_owned);
        let package =
            Package { module: "dspy".to_owned(), version: text(version), fault: text(fault) };
        let row = Check::new("dspy", "");
        let row = judge(row, Some(&package), Group::Base, is_wanted, "`setup`".to_owned());
        assert_eq!(row.state, *expected);
        assert_eq!(row.mend.is_none(), *expected == State::Usable);
    }

    #[test]
    fn packages_are_held_against_the_lock() {
        check(Some("3.4.1"), None, true, &State::Usable);
        check(Some("3.4.0"), None, true, &State::Broken("the lock file says 3.4.1".to_owned()));
        check(Some("3.4.1"), Some("ImportError"), true, &State::Broken("ImportError".to_owned()));
        check(None, None, true, &State::Missing);
        check(None, None, false, &State::Optional);
    }
}
