//! The guide and the README, so that their Rust samples are compiled with the documentation tests.

/// Makes the samples of each file documentation tests.
macro_rules! samples {
    ($($name:ident: $path:literal;)*) => {
        $(#[doc = include_str!($path)] mod $name {})*
    };
}

samples! {
    readme: "../../../README.md";
    introduction: "../../../docs/src/introduction.md";
    installation: "../../../docs/src/installation.md";
    writing_signatures: "../../../docs/src/writing-signatures.md";
    calling_modules: "../../../docs/src/calling-modules.md";
    language_models: "../../../docs/src/language-models.md";
    python_workers: "../../../docs/src/python-workers.md";
    pipelines: "../../../docs/src/pipelines.md";
    configuration: "../../../docs/src/configuration.md";
    parity: "../../../docs/src/parity.md";
}
