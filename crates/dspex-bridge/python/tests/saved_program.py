"""Loads a saved program into a module of several predictors, and saves it again."""

import sys

import dspy


class Answering(dspy.Module):
    """A predictor of each kind that a path can name."""

    def __init__(self) -> None:
        """Make the predictors."""
        super().__init__()
        self.plan = dspy.ChainOfThought("question -> queries: list[str]")
        self.steps = [dspy.Predict("queries: list[str], question -> answer: int")]
        self.by_topic = {"it's": dspy.Predict("question -> größe: float")}


program = Answering()
program.load(sys.argv[1])
program.save(sys.argv[2])
