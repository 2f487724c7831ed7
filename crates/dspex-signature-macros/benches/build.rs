//! What 200 derived signatures cost in a build; serde's derives on the same structs are the peer.
//!
//! Each figure is a whole `cargo build` of a program whose dependencies are built, without what an
//! earlier build of it left behind.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};

const N_SIGNATURES: usize = 200;

/// A program to be built: how its structs derive what they derive.
struct Program {
    name: &'static str,
    dependencies: &'static str,
    input: &'static str,
    record: &'static str,
}

const DSPEX: Program = Program {
    name: "derived",
    dependencies: "dspex-signature = { path = \"{crates}/dspex-signature\" }\n\
                   dspex-signature-macros = { path = \"{crates}/dspex-signature-macros\" }\n",
    input: "#[derive(dspex_signature_macros::Signature)]\n#[signature(output = {output})]\n",
    record: "#[derive(dspex_signature_macros::FieldType)]\n",
};
const SERDE: Program = Program {
    name: "serialized",
    dependencies: "serde = { version = \"1\", features = [\"derive\"] }\n",
    input: "#[derive(serde::Serialize, serde::Deserialize)]\n",
    record: "#[derive(serde::Serialize, serde::Deserialize)]\n",
};

impl Program {
    /// Writes the program and builds it once, with what it depends on.
    fn prepare(&self) -> PathBuf {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("crates stand together");
        let root = crates.parent().expect("the crates stand in the workspace");
        let folder = root.join("target/build-cost").join(self.name);
        let crates = crates.to_str().expect("the path is Unicode");
        let manifest = format!(
            "[workspace]\n[package]\nname = \"{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
             [dependencies]\n{}",
            self.name,
            self.dependencies.replace("{crates}", crates)
        );
        fs::create_dir_all(folder.join("src")).expect("the target folder can be written");
        fs::write(folder.join("Cargo.toml"), manifest).expect("it can be written");
        fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).expect("it can be copied");
        self.write(&folder, 0);
        build(&folder);
        folder
    }

    /// Writes the source, which differs from build to build, so that there is something to build.
    fn write(&self, folder: &Path, build: u64) {
        let mut source = format!("#![allow(dead_code)]\n// build {build}\nfn main() {{}}\n");
        for number in 0..N_SIGNATURES {
            let (name, output) = (format!("Ask{number}"), format!("Answer{number}"));
            let input = self.input.replace("{output}", &output);
            let _ = write!(
                source,
                "/// Answer question {number} from the context.\n{input}struct {name} {{\n    \
                 question: String,\n    context: Vec<String>,\n    k: u8,\n}}\n{record}struct \
                 {output} {{\n    answer: String,\n    confidence: f64,\n    sources: \
                 Vec<String>,\n    note: Option<String>,\n}}\n",
                record = self.record
            );
        }
        fs::write(folder.join("src/main.rs"), source).expect("it can be written");
    }

    fn time(&self, folder: &Path, n_builds: u64) -> Duration {
        let timed = |number| {
            self.write(folder, number + 1);
            let started = Instant::now();
            build(folder);
            started.elapsed()
        };
        (0..n_builds).map(timed).sum()
    }
}

fn build(folder: &Path) {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--offline", "--quiet"]).current_dir(folder);
    cargo.env("CARGO_INCREMENTAL", "0").env("CARGO_TARGET_DIR", folder.join("target"));
    let status = cargo.status().expect("cargo can be started");
    assert!(status.success(), "the program should build in {}", folder.display());
}

fn builds(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("build");
    group.sample_size(10).sampling_mode(criterion::SamplingMode::Flat);
    for (id, program) in [("signatures", DSPEX), ("serde", SERDE)] {
        let folder = program.prepare();
        group.bench_function(id, |bencher| {
            bencher.iter_custom(|n_builds| program.time(&folder, n_builds));
        });
    }
    group.finish();
}

criterion_group!(group, builds);
criterion_main!(group);
