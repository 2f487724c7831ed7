//! The variables of the environment that configure dspex.

use std::collections::BTreeMap;

use super::VARIABLE_PREFIX;

/// The variables of this process whose names start with `DSPEX__`.
pub(crate) fn read() -> BTreeMap<String, String> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| name.starts_with(VARIABLE_PREFIX))
        .collect()
}

/// `DSPEX__POOL__GENERAL__N_WORKERS` as `pool.general.n_workers`.
pub(super) fn by_path(variables: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let path =
        |name: &str| Some(name.strip_prefix(VARIABLE_PREFIX)?.to_lowercase().replace("__", "."));
    variables.iter().filter_map(|(name, value)| Some((path(name)?, value.clone()))).collect()
}
