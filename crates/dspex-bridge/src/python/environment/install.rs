//! Installs one lock file with `uv`, or with `pip` where `uv` cannot be had or finds no network.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::fault::InstallFault;
use super::group::UV_LOCK;
use super::guard::Guard;
use super::layout::Layout;
use super::{
    EnvironmentError, Group, Progress, ProgressEvent, Source, pip_settings, process, variables,
};

/// What installs packages into one environment, chosen once and used for every group.
pub(super) struct Installer<'a> {
    layout: &'a Layout,
    source: &'a Source,
    guard: &'a Guard,
    chosen: Chosen,
}

enum Chosen {
    Uv { program: PathBuf, version: String, settings: Vec<(&'static str, String)> },
    Pip,
}

impl<'a> Installer<'a> {
    /// Finds `uv` in the environment or on `PATH`, else installs it there; else takes `pip`.
    pub(super) fn choose(
        layout: &'a Layout,
        source: &'a Source,
        guard: &'a Guard,
        base_python: &Path,
        progress: &mut dyn Progress,
    ) -> Result<Self, EnvironmentError> {
        let mut installer = Self { layout, source, guard, chosen: Chosen::Pip };
        if let Some((program, version)) = find_uv(layout) {
            let settings = pip_settings::variables_for_uv(base_python);
            installer.chosen = Chosen::Uv { program, version, settings };
            return Ok(installer);
        }
        installer.need_pip(progress)?;
        progress.report(ProgressEvent::Step("installing `uv`, which installs the rest faster"));
        match installer.install_with_pip("uv", UV_LOCK, progress) {
            Ok(()) => match find_uv(layout) {
                Some((program, version)) => {
                    let settings = pip_settings::variables_for_uv(&layout.python());
                    installer.chosen = Chosen::Uv { program, version, settings };
                }
                None => progress.report(ProgressEvent::Warning("`uv` does not run; using `pip`")),
            },
            // A wheelhouse need not hold `uv`, and it has no wheel for every platform.
            Err(EnvironmentError::Install {
                fault: InstallFault::NotThere | InstallFault::Other,
                ..
            }) => progress.report(ProgressEvent::Warning("`uv` cannot be had; using `pip`")),
            Err(error) => return Err(error),
        }
        Ok(installer)
    }

    /// What installs, for the stamp: `uv 0.13.9`, or `pip`.
    pub(super) fn name(&self) -> String {
        match &self.chosen {
            Chosen::Uv { version, .. } => version.clone(),
            Chosen::Pip => "pip".to_owned(),
        }
    }

    /// Installs what `group` lacks.
    pub(super) fn install(
        &mut self,
        group: Group,
        progress: &mut dyn Progress,
    ) -> Result<(), EnvironmentError> {
        let text = format!("installing group `{group}` with `{}`", self.name());
        progress.report(ProgressEvent::Step(&text));
        if matches!(self.chosen, Chosen::Uv { .. }) {
            match self.install_with_uv(group, progress) {
                // `pip` may know a way through that `uv` does not: a proxy, a keyring, a certificate.
                Err(EnvironmentError::Install {
                    fault:
                        fault @ (InstallFault::NoNetwork
                        | InstallFault::Certificate
                        | InstallFault::Refused),
                    ..
                }) if *self.source == Source::Index => {
                    let text = format!("`uv` gave up because {fault}; trying `pip`");
                    progress.report(ProgressEvent::Warning(&text));
                    self.need_pip(progress)?;
                    self.chosen = Chosen::Pip;
                }
                result => return result,
            }
        }
        self.install_with_pip(group.name(), group.lock(), progress)
    }

    fn install_with_uv(
        &self,
        group: Group,
        progress: &mut dyn Progress,
    ) -> Result<(), EnvironmentError> {
        let Chosen::Uv { program, settings, .. } = &self.chosen else {
            unreachable!("only called where `uv` was chosen");
        };
        let requirements = self.write_requirements(group.name(), group.lock())?;
        let mut command = process::command(program);
        command.envs(settings.iter().map(|(name, value)| (name, value)));
        command.args(["pip", "install", "--no-progress", "--color", "never", "--no-deps"]);
        command.arg("--python").arg(self.layout.python());
        if matches!(self.source, Source::Wheelhouse(_)) {
            command.arg("--offline");
        }
        self.finish(command, &requirements, "uv", group.name(), progress)
    }

    fn install_with_pip(
        &self,
        name: &str,
        lock: &str,
        progress: &mut dyn Progress,
    ) -> Result<(), EnvironmentError> {
        let requirements = self.write_requirements(name, lock)?;
        let mut command = process::command(self.layout.python());
        command.args(["-m", "pip", "install", "--no-input", "--disable-pip-version-check"]);
        command.args(["--progress-bar", "off", "--no-deps"]);
        self.finish(command, &requirements, "pip", name, progress)
    }

    /// Adds what both installers understand, and runs the command.
    fn finish(
        &self,
        mut command: Command,
        requirements: &Path,
        installer: &'static str,
        name: &str,
        progress: &mut dyn Progress,
    ) -> Result<(), EnvironmentError> {
        command.arg("--require-hashes").arg("-r").arg(requirements);
        if let Source::Wheelhouse(directory) = self.source {
            let mut links = OsString::from("--find-links=");
            links.push(directory);
            command.arg("--no-index").arg(links);
        }
        self.guard.share_with(&mut command)?;
        let on_line = |line: &str| progress.report(ProgressEvent::Detail(line));
        let finished = process::run(&mut command, process::INSTALL, on_line)?;
        if finished.success {
            return Ok(());
        }
        Err(EnvironmentError::Install {
            installer,
            what: if name == "uv" { "`uv`".to_owned() } else { format!("group `{name}`") },
            path: self.layout.venv().to_owned(),
            fault: InstallFault::classify(&finished.tail),
            output: finished.tail,
        })
    }

    fn write_requirements(&self, name: &str, lock: &str) -> Result<PathBuf, EnvironmentError> {
        let path = self.layout.requirements(name);
        fs::write(&path, lock).map_err(|source| EnvironmentError::io("writing", &path, source))?;
        Ok(path)
    }

    /// Makes sure that the environment has `pip`; it is made without, which saves seconds.
    fn need_pip(&self, progress: &mut dyn Progress) -> Result<(), EnvironmentError> {
        let python = self.layout.python();
        if process::ask(process::command(&python).args(["-m", "pip", "--version"]))?.success {
            return Ok(());
        }
        progress.report(ProgressEvent::Step("installing `pip`"));
        let mut command = process::command(&python);
        command.args(["-m", "ensurepip", "--default-pip"]);
        self.guard.share_with(&mut command)?;
        let on_line = |line: &str| progress.report(ProgressEvent::Detail(line));
        let finished = process::run(&mut command, process::INSTALL, on_line)?;
        if finished.success {
            return Ok(());
        }
        match InstallFault::classify(&finished.tail) {
            InstallFault::DiskFull => {
                Err(EnvironmentError::DiskFull { path: self.layout.venv().to_owned() })
            }
            _ => Err(EnvironmentError::NoInstaller { python, output: finished.tail }),
        }
    }
}

/// A `uv` that runs, in the environment or on `PATH`, and its name with version.
pub(super) fn find_uv(layout: &Layout) -> Option<(PathBuf, String)> {
    let candidates = [layout.program("uv")].into_iter().chain(variables::find_program("uv"));
    candidates.filter(|program| program.is_file()).find_map(|program| {
        let finished = process::ask(process::command(&program).arg("--version")).ok()?;
        let line = finished.stdout.lines().next()?.trim();
        let version: Vec<&str> = line.split(' ').take(2).collect();
        (finished.success && version.first() == Some(&"uv")).then(|| (program, version.join(" ")))
    })
}
