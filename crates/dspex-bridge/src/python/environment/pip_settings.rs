//! What the user told `pip` about indexes, certificates and proxies, in the words of `uv`.

use std::path::Path;

use super::{process, variables};

/// Each setting of `pip`, the variable of `uv` that says the same, and what joins several values.
///
/// A setting is passed on only where none of the variables in the third column is set: whoever
/// configured `uv` itself meant it.
const SETTINGS: &[(&str, &str, &[&str], &str)] = &[
    ("index-url", "UV_DEFAULT_INDEX", &["UV_DEFAULT_INDEX", "UV_INDEX_URL"], " "),
    ("extra-index-url", "UV_INDEX", &["UV_INDEX", "UV_EXTRA_INDEX_URL"], " "),
    ("find-links", "UV_FIND_LINKS", &["UV_FIND_LINKS"], ","),
    ("trusted-host", "UV_INSECURE_HOST", &["UV_INSECURE_HOST"], " "),
    ("cert", "SSL_CERT_FILE", &["SSL_CERT_FILE"], " "),
    ("timeout", "UV_HTTP_TIMEOUT", &["UV_HTTP_TIMEOUT"], " "),
    ("proxy", "ALL_PROXY", &["ALL_PROXY", "HTTPS_PROXY", "https_proxy", "all_proxy"], " "),
];

/// The variables that make `uv` go where the `pip` of `python` goes; none if it has no `pip`.
pub(super) fn variables_for_uv(python: &Path) -> Vec<(&'static str, String)> {
    let mut command = process::command(python);
    let Ok(finished) = process::ask(command.args(["-m", "pip", "config", "list"])) else {
        return Vec::new();
    };
    if !finished.success {
        return Vec::new();
    }
    translate(&finished.stdout, |name| variables::get(name).is_some())
}

/// Translates the output of `pip config list`.
fn translate(list: &str, is_set: impl Fn(&str) -> bool) -> Vec<(&'static str, String)> {
    let settings =
        SETTINGS.iter().filter(|(_, _, variables, _)| !variables.iter().any(|it| is_set(it)));
    settings
        .filter_map(|(setting, variable, _, separator)| {
            let value = value_of(list, setting)?;
            let values: Vec<&str> =
                value.split_whitespace().filter(|value| is_usable(setting, value)).collect();
            (!values.is_empty()).then(|| (*variable, values.join(separator)))
        })
        .collect()
}

/// The value of `setting`; the environment wins over `install`, and that over `global`.
fn value_of(list: &str, setting: &str) -> Option<String> {
    [":env:", "install", "global"].into_iter().find_map(|section| {
        // `pip` itself reads `PIP_TIMEOUT` and `PIP_DEFAULT_TIMEOUT` as one setting.
        [setting.to_owned(), format!("default-{setting}")].iter().find_map(|setting| {
            let prefix = format!("{section}.{setting}=");
            list.lines().find_map(|line| line.strip_prefix(&prefix)).map(unquoted)
        })
    })
}

/// `uv` gives up on a directory of links that is not there, where `pip` goes on.
fn is_usable(setting: &str, value: &str) -> bool {
    setting != "find-links" || value.contains("://") || Path::new(value).is_dir()
}

/// A Python string literal, as `pip` prints each value; white space escapes become a space.
fn unquoted(literal: &str) -> String {
    let inner = literal.trim();
    let inner = inner.strip_prefix(['\'', '"']).unwrap_or(inner);
    let inner = inner.strip_suffix(['\'', '"']).unwrap_or(inner);
    inner.replace("\\n", " ").replace("\\t", " ").replace("\\\\", "\\")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(list: &str, set: &[&str], expected: &[(&str, &str)]) {
        let actual = translate(list, |name| set.contains(&name));
        let actual: Vec<_> = actual.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(actual, expected, "{list}");
    }

    #[test]
    fn settings_of_pip_become_variables_of_uv() {
        check(
            "global.cert='/etc/ssl/own.pem'\nglobal.index-url='https://mirror.test/simple'\n\
             global.extra-index-url='\\nhttps://a.test/simple\\nhttps://b.test/simple'\n",
            &[],
            &[
                ("UV_DEFAULT_INDEX", "https://mirror.test/simple"),
                ("UV_INDEX", "https://a.test/simple https://b.test/simple"),
                ("SSL_CERT_FILE", "/etc/ssl/own.pem"),
            ],
        );
    }

    #[test]
    fn the_environment_wins_over_files() {
        check(
            "global.index-url='https://file.test'\n:env:.index-url='https://env.test'\n\
             install.index-url='https://install.test'\n:env:.default-timeout='180'\n",
            &[],
            &[("UV_DEFAULT_INDEX", "https://env.test"), ("UV_HTTP_TIMEOUT", "180")],
        );
    }

    #[test]
    fn settings_of_uv_are_left_alone() {
        check("global.index-url='https://file.test'\n", &["UV_INDEX_URL"], &[]);
    }

    #[test]
    fn links_that_are_not_there_are_left_out() {
        let directory = tempfile::tempdir().unwrap();
        let present = directory.path().to_str().unwrap();
        check(
            &format!("global.find-links='/no/such/directory {present} https://links.test/'\n"),
            &[],
            &[("UV_FIND_LINKS", &format!("{present},https://links.test/"))],
        );
    }
}
