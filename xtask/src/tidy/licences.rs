//! Every crate comes from the registry under a licence that the project accepts.

use cargo_metadata::{Metadata, Package};

/// Licences that the project accepts; a crate needs one way to be used under these alone.
const ACCEPTED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Crates that are known to be unmaintained, unsound or replaced by a choice of ours.
const BANNED: &[&str] = &["bincode", "openssl-sys", "serde_yaml", "serde_yml", "sqlx"];

pub(super) fn check(metadata: &Metadata) -> Vec<String> {
    metadata.packages.iter().flat_map(check_package).collect()
}

fn check_package(package: &Package) -> Vec<String> {
    let mut faults = Vec::new();
    let name = &package.name;
    match package.license.as_deref() {
        Some(licence) if accepted(licence) => {}
        Some(licence) => faults.push(format!("{name}: licence `{licence}` is not accepted")),
        None => faults.push(format!("{name}: has no licence")),
    }
    if BANNED.contains(&name.as_str()) {
        faults.push(format!("{name}: is banned, see DEPENDENCIES in ARCHITECTURE.md"));
    }
    let from_registry = package.source.as_ref().is_none_or(|source| {
        source.repr.starts_with("registry+") || source.repr.starts_with("sparse+")
    });
    if !from_registry {
        faults.push(format!("{name}: comes from outside the registry"));
    }
    faults
}

/// Whether an SPDX expression of `AND`, `OR` and parentheses can be met with accepted licences.
fn accepted(expression: &str) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words = spaced.split_whitespace().peekable();
    any_of(&mut words) && words.peek().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any_of(words: &mut Words<'_>) -> bool {
    let mut met = all_of(words);
    while words.next_if_eq(&"OR").is_some() {
        // Both sides are read to the end, whether or not the first one is enough.
        met |= all_of(words);
    }
    met
}

fn all_of(words: &mut Words<'_>) -> bool {
    let mut met = one(words);
    while words.next_if_eq(&"AND").is_some() {
        met &= one(words);
    }
    met
}

fn one(words: &mut Words<'_>) -> bool {
    if words.next_if_eq(&"(").is_some() {
        let met = any_of(words);
        return words.next_if_eq(&")").is_some() && met;
    }
    let Some(name) = words.next() else { return false };
    match words.next_if_eq(&"WITH") {
        Some(_) => {
            words.next().is_some_and(|with| ACCEPTED.contains(&&*format!("{name} WITH {with}")))
        }
        None => ACCEPTED.contains(&name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_is_met_or_not() {
        for (expression, expected) in [
            ("MIT", true),
            ("MIT/Apache-2.0", true),
            ("MIT OR GPL-3.0", true),
            ("MIT AND GPL-3.0", false),
            ("(MIT OR GPL-3.0) AND Unicode-3.0", true),
            ("(MIT AND GPL-3.0) OR GPL-2.0", false),
            ("Apache-2.0 WITH LLVM-exception OR GPL-3.0", true),
            ("GPL-3.0", false),
            ("MIT )", false),
            ("", false),
        ] {
            assert_eq!(accepted(expression), expected, "{expression}");
        }
    }
}
