"""Signatures as classes, each with inputs for it; their twins in Rust are derived."""
