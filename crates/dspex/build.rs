//! With the feature `embed`, tells the command, the examples and the tests where libpython is, and the
//! build scripts of programs that use dspex: they find it in `DEP_DSPEX_LIBPYTHON`.

fn main() {
    println!("cargo::rerun-if-env-changed=DEP_DSPEX_BRIDGE_LIBPYTHON");
    if let Some(directory) = std::env::var_os("DEP_DSPEX_BRIDGE_LIBPYTHON") {
        let directory = directory.display();
        println!("cargo::rustc-link-arg=-Wl,-rpath,{directory}");
        println!("cargo::metadata=LIBPYTHON={directory}");
    }
}
