//! Makes the environment that was asked for, doing only what is missing.

use std::fs;
use std::path::Path;

use super::fault::InstallFault;
use super::guard::Guard;
use super::install::Installer;
use super::layout::Layout;
use super::stamp::Stamp;
use super::{
    Change, Environment, EnvironmentError, EnvironmentSpec, Group, Interpreter, Progress,
    ProgressEvent, Source, packages, process, pyodide,
};

/// Makes sure that the environment of `spec` is there, whole, and holds its groups.
///
/// Does nothing but look where it is already so (well under a second). Blocks, for a minute or
/// more on the first run: call it from a command, or from `tokio::task::spawn_blocking`. What is
/// being done goes to `progress`.
///
/// An environment whose set-up did not finish, or whose Python is gone, is emptied and built anew;
/// a directory that dspex did not make is never touched. A second set-up of the same directory
/// waits for the first.
///
/// # Errors
/// Every variant of [`EnvironmentError`] but `NotReady`.
pub fn ensure(
    spec: &EnvironmentSpec,
    progress: &mut dyn Progress,
) -> Result<Environment, EnvironmentError> {
    let venv = std::path::absolute(&spec.venv)
        .map_err(|source| EnvironmentError::io("finding", &spec.venv, source))?;
    let layout = Layout::new(venv);
    let explicit = spec.python.as_deref().map(|path| Interpreter::find(Some(path))).transpose()?;
    if let Ok(stamp) = trusted(&layout, explicit.as_ref())
        && is_complete(&stamp, spec, &layout)
    {
        return environment(&layout, &stamp, Change::None);
    }

    if let Source::Wheelhouse(directory) = &spec.source
        && !directory.is_dir()
    {
        return Err(EnvironmentError::NoWheelhouse { path: directory.clone() });
    }
    let guard = claim(&layout, progress)?;
    // Whoever held the lock may have done the work.
    let (mut stamp, mut change) = match trusted(&layout, explicit.as_ref()) {
        Ok(stamp) if is_complete(&stamp, spec, &layout) => {
            return environment(&layout, &stamp, Change::None);
        }
        Ok(stamp) => (stamp, Change::Extended),
        Err(why) => {
            let interpreter = explicit.map_or_else(|| Interpreter::find(None), Ok)?;
            (create(&layout, &interpreter, &why, &guard, progress)?, Change::Built)
        }
    };
    let missing: Vec<Group> = needed(&stamp, spec).filter(|it| !stamp.is_current(*it)).collect();
    if missing.is_empty() {
        change = Change::None;
    } else {
        install(&layout, spec, &missing, &mut stamp, &guard, progress)?;
    }
    if needed(&stamp, spec).any(|group| group == Group::Code) {
        pyodide::prefetch(&layout, &spec.source, &guard, progress)?;
    }
    environment(&layout, &stamp, change)
}

/// The groups that were asked for and those that are there: they share packages, so that both
/// move to new versions together.
fn needed(stamp: &Stamp, spec: &EnvironmentSpec) -> impl Iterator<Item = Group> {
    let installed = stamp.installed();
    let asked = spec.groups.clone();
    Group::ALL.into_iter().filter(move |group| {
        *group == Group::Base || asked.contains(group) || installed.contains(group)
    })
}

fn is_complete(stamp: &Stamp, spec: &EnvironmentSpec, layout: &Layout) -> bool {
    let is_fetched = !spec.groups.contains(&Group::Code) || pyodide::is_prefetched(layout);
    is_fetched && needed(stamp, spec).all(|group| stamp.is_current(group))
}

/// The stamp of an environment that can be built upon; `Err` says in words why it cannot.
fn trusted(layout: &Layout, explicit: Option<&Interpreter>) -> Result<Stamp, String> {
    let stamp = Stamp::read(layout)?;
    let runs =
        Interpreter::probe(&layout.python()).map_err(|reason| format!("its Python {reason}"))?;
    if !stamp.python().is_some_and(|python| python.same_minor(runs.version)) {
        return Err(format!("its Python is now {}", runs.version));
    }
    match explicit {
        Some(wanted) if wanted.version != runs.version => {
            Err(format!("it runs Python {}, and {} was asked for", runs.version, wanted.version))
        }
        _ => Ok(stamp),
    }
}

/// Marks the directory as ours and takes its lock.
fn claim(layout: &Layout, progress: &mut dyn Progress) -> Result<Guard, EnvironmentError> {
    let venv = layout.venv();
    let is_ours =
        layout.is_ours_to_fill().map_err(|source| EnvironmentError::io("reading", venv, source))?;
    if !is_ours {
        return Err(EnvironmentError::NotOurs { path: venv.to_owned() });
    }
    fs::create_dir_all(layout.own())
        .map_err(|source| EnvironmentError::io("creating", layout.own(), source))?;
    Guard::wait(&layout.lock(), venv, process::INSTALL, progress)
}

/// Makes an environment without packages, in place of what is there.
fn create(
    layout: &Layout,
    interpreter: &Interpreter,
    why: &str,
    guard: &Guard,
    progress: &mut dyn Progress,
) -> Result<Stamp, EnvironmentError> {
    let venv = layout.venv();
    if venv.join("pyvenv.cfg").exists() {
        let text = format!("`{}` is not trusted and is built anew: {why}", venv.display());
        progress.report(ProgressEvent::Warning(&text));
    }
    layout.clear().map_err(|source| EnvironmentError::io("emptying", venv, source))?;
    let (version, path) = (interpreter.version, interpreter.path.display());
    let text = format!("creating `{}` with Python {version} (`{path}`)", venv.display());
    progress.report(ProgressEvent::Step(&text));
    let mut command = process::command(&interpreter.path);
    command.args(["-E", "-s", "-m", "venv", "--without-pip"]).arg(venv);
    guard.share_with(&mut command)?;
    let finished = process::ask(&mut command)?;
    if !finished.success {
        return Err(match InstallFault::classify(&finished.tail) {
            InstallFault::DiskFull => EnvironmentError::DiskFull { path: venv.to_owned() },
            _ => EnvironmentError::Program {
                program: format!("{path} -m venv"),
                doing: "creating the environment",
                output: finished.tail,
            },
        });
    }
    let ignore = venv.join(".gitignore");
    fs::write(&ignore, "*\n").map_err(|source| EnvironmentError::io("writing", &ignore, source))?;
    Ok(Stamp::new(version, String::new()))
}

/// Installs `missing` one after the other, and stamps each that is whole.
fn install(
    layout: &Layout,
    spec: &EnvironmentSpec,
    missing: &[Group],
    stamp: &mut Stamp,
    guard: &Guard,
    progress: &mut dyn Progress,
) -> Result<(), EnvironmentError> {
    let python = layout.python();
    let base = Interpreter::find(spec.python.as_deref()).map_or(python, |found| found.path);
    let mut installer = Installer::choose(layout, &spec.source, guard, &base, progress)?;
    for group in missing {
        remove_stamp(&layout.stamp())?;
        let result = installer.install(*group, progress).and_then(|()| {
            let text = format!("checking group `{group}`");
            progress.report(ProgressEvent::Step(&text));
            packages::check(layout, *group, guard)
        });
        match result {
            Ok(()) => {
                stamp.add(*group);
                stamp.installer = installer.name();
            }
            Err(EnvironmentError::Install { fault, .. }) if fault.left_environment_alone() => {}
            // What is there is half of something, and must not be found trustworthy.
            Err(error) => return Err(error),
        }
        if stamp.is_current(Group::Base) {
            write_stamp(stamp, &layout.stamp())?;
        }
        result?;
    }
    Ok(())
}

fn remove_stamp(path: &Path) -> Result<(), EnvironmentError> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(EnvironmentError::io("removing", path, source))
        }
        _ => Ok(()),
    }
}

fn write_stamp(stamp: &Stamp, path: &Path) -> Result<(), EnvironmentError> {
    stamp.write(path).map_err(|source| EnvironmentError::io("writing", path, source))
}

fn environment(
    layout: &Layout,
    stamp: &Stamp,
    change: Change,
) -> Result<Environment, EnvironmentError> {
    Environment::from_stamp(layout, stamp, change)
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
