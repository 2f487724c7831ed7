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
    structured_output: "../../../docs/src/structured-output.md";
    around_models: "../../../docs/src/around-models.md";
    testing_without_a_model: "../../../docs/src/testing-without-a-model.md";
    choosing: "../../../docs/src/providers/choosing.md";
    openai: "../../../docs/src/providers/openai.md";
    azure: "../../../docs/src/providers/azure.md";
    anthropic: "../../../docs/src/providers/anthropic.md";
    gemini: "../../../docs/src/providers/gemini.md";
    own_server: "../../../docs/src/providers/own-server.md";
    others: "../../../docs/src/providers/others.md";
    through_dspy: "../../../docs/src/providers/python.md";
    python_workers: "../../../docs/src/python-workers.md";
    pipelines: "../../../docs/src/pipelines.md";
    operations: "../../../docs/src/operations.md";
    configuration: "../../../docs/src/configuration.md";
    parity: "../../../docs/src/parity.md";
}
