//! Arrows point down: a crate uses crates of lower rows only.

use cargo_metadata::{DependencyKind, Metadata, Package, PackageId};

/// The rows of the house, lowest first; crates of one row do not know each other.
const ROWS: &[&[&str]] = &[
    &["dspex-signature"],
    &["dspex-signature-macros", "dspex-telemetry"],
    &["dspex-bridge"],
    &["dspex-orchestrator"],
    &["dspex-pipeline"],
    &["dspex"],
    &["xtask"],
];

/// The most crates that `dspex-signature` may build, itself included.
const MAX_SIGNATURE_TREE: usize = 12;

pub(super) fn check(metadata: &Metadata) -> Vec<String> {
    let mut faults = Vec::new();
    for package in metadata.workspace_packages() {
        faults.extend(check_package(package));
    }
    let tree = tree_size(metadata, "dspex-signature");
    if tree > MAX_SIGNATURE_TREE {
        faults
            .push(format!("dspex-signature builds {tree} crates, more than {MAX_SIGNATURE_TREE}"));
    }
    faults
}

fn check_package(package: &Package) -> Vec<String> {
    let Some(row) = row_of(&package.name) else {
        return vec![format!("{} stands on no row of the house", package.name)];
    };
    let is_shipped = |kind| matches!(kind, DependencyKind::Normal | DependencyKind::Build);
    package
        .dependencies
        .iter()
        .filter(|dependency| is_shipped(dependency.kind))
        .filter(|dependency| row_of(&dependency.name).is_some_and(|below| below >= row))
        .map(|dependency| format!("{} may not use {}", package.name, dependency.name))
        .collect()
}

fn row_of(name: &str) -> Option<usize> {
    ROWS.iter().position(|row| row.contains(&name))
}

/// How many crates a normal build of `name` compiles without its features, `name` itself included.
fn tree_size(metadata: &Metadata, name: &str) -> usize {
    let Some(resolve) = &metadata.resolve else { return 0 };
    let package_of = |id: &PackageId| metadata.packages.iter().find(|package| package.id == *id);
    let Some(package) = metadata.packages.iter().find(|package| *package.name == name) else {
        return 0;
    };
    // Resolved are the features that anything in the workspace switches on, tests included.
    let is_optional = |id: &PackageId| {
        let name = package_of(id).map(|dependency| dependency.name.as_str());
        let mut own = package.dependencies.iter().filter(|own| own.kind == DependencyKind::Normal);
        own.any(|own| own.optional && Some(own.name.as_str()) == name)
    };
    let mut seen = vec![&package.id];
    let mut next = 0;
    while let Some(id) = seen.get(next).copied() {
        next += 1;
        let Some(node) = resolve.nodes.iter().find(|node| node.id == *id) else { continue };
        for dependency in &node.deps {
            let normal =
                dependency.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal);
            let left_out = *id == package.id && is_optional(&dependency.pkg);
            if normal && !left_out && !seen.contains(&&dependency.pkg) {
                seen.push(&dependency.pkg);
            }
        }
    }
    seen.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata() -> Metadata {
        let manifest = crate::process::root().join("Cargo.toml");
        cargo_metadata::MetadataCommand::new().manifest_path(manifest).exec().unwrap()
    }

    #[test]
    fn arrows_point_down() {
        assert_eq!(check(&metadata()), Vec::<String>::new());
    }

    #[test]
    fn what_features_bring_is_no_part_of_the_tree() {
        // csv-core, memchr, unicode-normalization, tinyvec, regex, regex-automata, regex-syntax, and
        // aho-corasick, which a feature of `regex` brings that only tests switch on.
        assert_eq!(tree_size(&metadata(), "dspex-signature"), 9);
        assert!(tree_size(&metadata(), "dspex-bridge") > 50);
    }

    #[test]
    fn an_arrow_that_points_up_is_found() {
        let metadata = metadata();
        let mut bridge = metadata
            .workspace_packages()
            .into_iter()
            .find(|package| *package.name == "dspex-bridge")
            .expect("the bridge is a member")
            .clone();
        for dependency in &mut bridge.dependencies {
            if dependency.name == "dspex-telemetry" {
                dependency.name = "dspex-orchestrator".into();
            }
        }
        assert_eq!(check_package(&bridge), ["dspex-bridge may not use dspex-orchestrator"]);
    }
}
