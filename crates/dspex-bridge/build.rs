//! With the feature `embed`, tells this crate's own tests where libpython is, and the build scripts of
//! those who use the crate: they find it in `DEP_DSPEX_BRIDGE_LIBPYTHON`.

fn main() {
    #[cfg(feature = "embed")]
    {
        pyo3_build_config::add_libpython_rpath_link_args();
        if let Some(directory) = pyo3_build_config::get().lib_dir() {
            println!("cargo::metadata=LIBPYTHON={directory}");
        }
    }
}
