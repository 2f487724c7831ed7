//! Set-up, tests and benchmarks of dspex; a thin front on library functions.

fn main() {}
