"""Makes the cases of the corpus, family by family; DSPy's answers come later."""
