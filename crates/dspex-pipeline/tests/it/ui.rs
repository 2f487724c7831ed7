//! What rustc says about wiring that does not fit, one case per message.
//!
//! `TRYBUILD=overwrite cargo nextest run -p dspex-pipeline ui` rewrites the expectations; read the
//! difference before it is accepted.

#[test]
fn messages() {
    let cases = trybuild::TestCases::new();
    // Wiring is checked when code is generated. With a case that passes, all cases are built;
    // without one they would only be checked, and wiring would not be seen.
    cases.pass("tests/ui/wired.rs");
    cases.compile_fail("tests/ui/*_fault.rs");
}
