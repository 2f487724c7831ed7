//! `cargo xtask tidy`: what no other tool checks about the tree.

mod headers;
mod layers;
mod licences;

use anyhow::{Result, bail};

/// Runs every check and reports all faults together.
pub(crate) fn run() -> Result<()> {
    let metadata = cargo_metadata::MetadataCommand::new()
        .manifest_path(crate::process::root().join("Cargo.toml"))
        .other_options(vec!["--locked".to_owned()])
        .exec()?;
    let mut faults = headers::check()?;
    faults.extend(layers::check(&metadata));
    faults.extend(licences::check(&metadata));
    if faults.is_empty() {
        println!("tidy: headers, layers, licences and sources are in order");
        return Ok(());
    }
    for fault in &faults {
        eprintln!("tidy: {fault}");
    }
    bail!("tidy found {} faults", faults.len());
}
