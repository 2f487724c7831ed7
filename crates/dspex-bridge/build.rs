//! With the feature `embed`, tells this crate's own tests where libpython is.

fn main() {
    #[cfg(feature = "embed")]
    pyo3_build_config::add_libpython_rpath_link_args();
}
