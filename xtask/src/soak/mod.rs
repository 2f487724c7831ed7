//! `cargo xtask soak`: native calls under full load for a while, and whether memory grows.

mod memory;

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::process::{cargo, command, root, step};
use memory::Memory;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// How long the calls go on.
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=1440))]
    minutes: u64,
}

const EXAMPLE: &str = "target/release/examples/soak";

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let build = "build --locked --quiet --release --package dspex --example soak";
    step("build of the example", &mut cargo(build))?;
    let seconds = arguments.minutes * 60;
    println!("==> native calls for {} minutes", arguments.minutes);
    let mut example = Running(
        command(root().join(EXAMPLE), &seconds.to_string())
            .stdout(Stdio::piped())
            .stdin(Stdio::null())
            .spawn()
            .context("cannot start the example")?,
    );
    let memory = watch(&mut example.0, arguments.minutes)?;
    let status = example.0.wait()?;
    if !status.success() {
        bail!("the calls did not end as they should ({status})");
    }
    println!("{}", memory.verdict()?);
    Ok(())
}

/// Reads the example's lines to their end, with the memory that it has at each.
fn watch(example: &mut Child, minutes: u64) -> Result<Memory> {
    let started = Instant::now();
    let lines = example.stdout.take().context("the example's lines are piped")?;
    let mut memory = Memory::new(minutes);
    println!("{:>8} {:>12}  calls", "seconds", "memory, kB");
    for line in BufReader::new(lines).lines() {
        let line = line?;
        // The last line comes when the example ends, so that it may be gone.
        let Some(kilobytes) = resident(example.id()) else { break };
        memory.add(kilobytes);
        println!("{:>8} {kilobytes:>12}  {line}", started.elapsed().as_secs());
    }
    Ok(memory)
}

/// The physical memory of a process in kilobytes, as `/proc` tells it.
fn resident(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}

/// A process that does not outlive the verb.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already, unless something else failed.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::{Arguments, resident};

    #[derive(Parser)]
    struct Verb {
        #[command(flatten)]
        arguments: Arguments,
    }

    #[test]
    fn minutes_are_checked() {
        let minutes = |words: &[&str]| {
            let words = ["soak"].into_iter().chain(words.iter().copied());
            Verb::try_parse_from(words).ok().map(|verb| verb.arguments.minutes)
        };
        assert_eq!(minutes(&[]), Some(30));
        assert_eq!(minutes(&["--minutes", "1"]), Some(1));
        assert_eq!(minutes(&["--minutes", "0"]), None);
        assert_eq!(minutes(&["--minutes", "1441"]), None);
    }

    #[test]
    fn a_process_has_memory_while_it_is_there() {
        assert!(resident(std::process::id()).is_some_and(|kilobytes| kilobytes > 100));
        assert_eq!(resident(u32::MAX), None);
    }
}
