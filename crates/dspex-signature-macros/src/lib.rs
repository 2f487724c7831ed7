//! Derives and macros that check DSPy signatures at compile time.
