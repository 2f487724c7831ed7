"""Records what DSPy answers to a case; the format of cases is in `parity/FORMAT.md`."""
