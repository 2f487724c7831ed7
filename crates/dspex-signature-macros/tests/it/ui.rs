//! One case per message: what a user sees at the mistake.
//!
//! `TRYBUILD=overwrite cargo nextest run -p dspex-signature-macros ui` rewrites the expectations;
//! read the difference before it is accepted.

#[test]
fn messages() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
