//! Replays recorded cases of DSPy.
