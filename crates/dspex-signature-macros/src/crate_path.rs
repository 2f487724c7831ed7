//! Where the generated code finds dspex: read from the user's `Cargo.toml`.
//!
//! The umbrella crate is preferred, then `dspex-signature`. Renamed dependencies
//! (`llm = { package = "dspex" }`) and those inherited from a workspace are followed. Where
//! nothing is found, as in a build without Cargo, `::dspex` is assumed; `#[dspex(crate = ..)]`
//! overrules it all.

use std::path::Path;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

/// The module that generated code calls, for the crate that is being compiled.
pub(crate) fn private(chosen: Option<&syn::Path>) -> TokenStream {
    match chosen {
        Some(path) => quote!(#path::__private),
        None => {
            // A dependency named like a keyword could not be written in code either.
            let name = syn::parse_str::<Ident>(&name())
                .unwrap_or_else(|_| Ident::new("dspex", Span::call_site()));
            quote!(::#name::__private)
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "Cargo tells a macro in this way where it runs; this is the one place that asks"
)]
fn name() -> String {
    std::env::var("CARGO_MANIFEST_DIR")
        .ok()
        .and_then(|folder| dependency(Path::new(&folder)))
        .unwrap_or_else(|| "dspex".to_owned())
}

fn dependency(folder: &Path) -> Option<String> {
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).ok()?;
    let workspace = || {
        folder.ancestors().find_map(|folder| {
            let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).ok()?;
            manifest.contains("[workspace").then_some(manifest)
        })
    };
    let manifest = entries(&manifest);
    let workspace =
        if manifest.iter().any(Entry::inherits) { workspace() } else { None }.unwrap_or_default();
    let workspace = entries(&workspace);
    ["dspex", "dspex-signature"]
        .into_iter()
        .find_map(|package| manifest.iter().find_map(|entry| entry.names(package, &workspace)))
}

/// One line of a manifest that speaks of a dependency, or of the package's own name.
#[derive(Debug, PartialEq)]
struct Entry {
    /// `dependencies`, `workspace.dependencies` or `package`.
    table: &'static str,
    /// The name in the code.
    key: String,
    /// What is said about it.
    value: String,
}

impl Entry {
    fn inherits(&self) -> bool {
        self.table == "dependencies" && setting(&self.value, "workspace").is_some()
    }

    /// The name in the code, where this entry is about `package`.
    fn names(&self, package: &str, workspace: &[Self]) -> Option<String> {
        let is_about = match self.table {
            "package" => self.key == "name" && self.value.trim_matches('"') == package,
            "dependencies" => {
                let shared = workspace
                    .iter()
                    .filter(|entry| self.inherits() && entry.key == self.key)
                    .find(|entry| entry.table == "workspace.dependencies")
                    .and_then(|entry| setting(&entry.value, "package"));
                setting(&self.value, "package").or(shared).unwrap_or(&self.key) == package
            }
            _ => false,
        };
        let name = if self.table == "package" { package } else { &self.key };
        is_about.then(|| name.replace('-', "_"))
    }
}

/// The value of `key` in an inline table, or in the joined lines of a table.
fn setting<'a>(value: &'a str, key: &str) -> Option<&'a str> {
    value.trim_matches(['{', '}', ' ']).split([',', '\n']).find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        (name.trim() == key).then(|| value.trim().trim_matches('"'))
    })
}

/// The entries of a manifest, as far as they matter here; this is no reader of TOML at large.
fn entries(manifest: &str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut table = None;
    for line in manifest.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        if let Some(header) = line.strip_prefix('[') {
            let header = header.split(']').next().unwrap_or("").replace(['"', '\''], "");
            table = open(&header, &mut entries);
        } else if let (Some((table, inner)), Some((key, value))) = (&table, line.split_once('=')) {
            let (key, value) = (key.trim().trim_matches('"'), value.trim());
            match (inner, key.split_once('.')) {
                (true, _) => {
                    let value = format!("{key} = {value}\n");
                    entries.last_mut().expect("the header made it").value += &value;
                }
                (false, Some((key, part))) => entries.push(Entry {
                    table,
                    key: key.to_owned(),
                    value: format!("{part} = {value}"),
                }),
                (false, None) => {
                    let value = value.to_owned();
                    entries.push(Entry { table, key: key.to_owned(), value });
                }
            }
        }
    }
    entries
}

/// What a `[header]` opens: which kind of table, and whether it is about one dependency.
fn open(header: &str, entries: &mut Vec<Entry>) -> Option<(&'static str, bool)> {
    if header == "package" {
        return Some(("package", false));
    }
    let (before, dependency) = match header.rsplit_once('.') {
        Some((before, name)) if before.ends_with("dependencies") => (before, Some(name)),
        _ => (header, None),
    };
    let table = match before {
        "workspace.dependencies" => "workspace.dependencies",
        _ if before.ends_with("dependencies") => "dependencies",
        _ => return None,
    };
    if let Some(name) = dependency {
        entries.push(Entry { table, key: name.to_owned(), value: String::new() });
    }
    Some((table, dependency.is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(manifest: &str, workspace: &str, expected: Option<&str>) {
        let (manifest, workspace) = (entries(manifest), entries(workspace));
        let found = ["dspex", "dspex-signature"]
            .into_iter()
            .find_map(|package| manifest.iter().find_map(|entry| entry.names(package, &workspace)));
        assert_eq!(found.as_deref(), expected, "{manifest:?}");
    }

    #[test]
    fn dependencies_are_found_in_every_form() {
        check("[dependencies]\ndspex = \"0.1\"", "", Some("dspex"));
        check("[dependencies]\ndspex-signature = \"0.1\"", "", Some("dspex_signature"));
        check("[dependencies]\ndspex-signature = \"0\"\ndspex = \"0\"", "", Some("dspex"));
        check("[dev-dependencies.dspex]\nversion = \"0.1\"", "", Some("dspex"));
        check("[target.'cfg(unix)'.dependencies]\ndspex = { path = \".\" }", "", Some("dspex"));
        check("[package]\nname = \"dspex\"", "", Some("dspex"));
        check("[package]\nname = \"app\"\n[dependencies]\nserde = \"1\"", "", None);
    }

    #[test]
    fn renames_are_followed_through_the_workspace() {
        check("[dependencies]\nllm = { version = \"0.1\", package = \"dspex\" }", "", Some("llm"));
        check("[dependencies.my-llm]\npackage = \"dspex\"", "", Some("my_llm"));
        check("[dependencies]\ndspex = { package = \"other\" }", "", None);
        let workspace = "[workspace.dependencies]\nllm = { package = \"dspex\", version = \"0\" }";
        check("[dependencies]\nllm.workspace = true", workspace, Some("llm"));
        check("[dependencies]\nllm = { workspace = true }", workspace, Some("llm"));
        check("[dependencies]\nllm = \"1\"", workspace, None);
    }

    proptest::proptest! {
        #[test]
        fn no_manifest_is_too_odd(
            text in "(\\[|\\]|\\.|=|\"|\\{|\\}|\n|#|é|dependencies|workspace|dspex|package| )*"
        ) {
            let entries = entries(&text);
            for entry in &entries {
                entry.names("dspex", &entries);
            }
        }
    }
}
