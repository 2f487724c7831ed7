"""User modules as tests call them."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import dspy
from dspy import Predict  # noqa: F401 - A name that this package only borrows.

if TYPE_CHECKING:
    from collections.abc import Iterator


class Twice(dspy.Module):
    """Asks its predictor twice and counts."""

    def __init__(self, prefix: str = "") -> None:
        """Make the predictor from a signature of its own."""
        super().__init__()
        self.prefix = prefix
        self.predict = dspy.Predict("q -> a")

    def forward(self, q: str) -> dspy.Prediction:
        """Ask, and ask again with the answer."""
        first = self.predict(q=q).a
        second = self.predict(q=first).a
        return dspy.Prediction(first=self.prefix + first, second=second, n=2)


class Shelf:
    """Has no form in any protocol."""

    def __init__(self, books: list[str]) -> None:
        """Take the books."""
        self.books = books

    def __repr__(self) -> str:
        """Tell how many there are."""
        return f"<Shelf of {len(self.books)}>"


class MakesShelf(dspy.Module):
    """Answers an object that cannot leave the worker."""

    def forward(self, books: list[str], *, twice: bool = False) -> dspy.Prediction:
        """Make it, and again in another output; `twice` gives the books twice behind it."""
        shelf = Shelf(books)
        more = {"both": [shelf, Shelf([])]}
        return dspy.Prediction(shelf=shelf, more=more, n=len(books), books=books * 2 * twice)


class ReadsShelf(dspy.Module):
    """Is given such an object."""

    def forward(self, shelf: Shelf) -> dspy.Prediction:
        """Read it, and change it."""
        shelf.books.append("new")
        return dspy.Prediction(books=list(shelf.books))


class Imports(dspy.Module):
    """Needs a package that is not there, and says so in its own words."""

    def forward(self, **_: Any) -> dspy.Prediction:
        """Import it."""
        try:
            import no_such_package.inner  # noqa: F401, PLC0415
        except ImportError as error:
            raise ImportError("install it to answer") from error
        return dspy.Prediction(a="x")


class Raises(dspy.Module):
    """Fails in user code."""

    def forward(self, **_: Any) -> dspy.Prediction:
        """Say something on stdout, then raise."""
        print("about to fail")  # noqa: T201
        sys.stdout.flush()
        raise LookupError("no shelf 7")


class Scored(dspy.Module):
    """Wants to know how sure the model was."""

    def forward(self, q: str) -> dspy.Prediction:
        """Ask, and answer all that is known."""
        return dspy.Predict("q -> a", logprobs=True)(q=q)


class HasChildren(dspy.Module):
    """Starts a process of its own and answers its id."""

    def forward(self, **_: Any) -> dspy.Prediction:
        """Leave the child running."""
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        return dspy.Prediction(child=child.pid)


def lengths(texts: list[str]) -> list[list[float]]:
    """Give each text's length, and how many texts came with it: a vector that is easy to check."""
    return [[float(len(text)), float(len(texts))] for text in texts]


class Counts(dspy.Module):
    """Yields numbers, and then how many there were."""

    n_yielded = 0

    def forward(self, n: int, pause: float = 0.0, fails: bool = False) -> Iterator[Any]:  # noqa: FBT001, FBT002
        """Count to a number, slowly where that is asked for."""
        Counts.n_yielded = 0
        for number in range(n):
            time.sleep(pause)
            yield number
            Counts.n_yielded += 1
        if fails:
            raise LookupError("no more numbers")
        return dspy.Prediction(n=n)


class Calls(dspy.Module):
    """Calls the first of its tools, as an agent of a user's would."""

    def __init__(self, tools: list[dspy.Tool]) -> None:
        """Take the tools."""
        super().__init__()
        self.tool = tools[0]

    def forward(self, **arguments: Any) -> dspy.Prediction:
        """Give what the tool says."""
        return dspy.Prediction(name=self.tool.name, said=self.tool(**arguments))


class Counted(dspy.Module):
    """Tells how far `Counts` has come."""

    def forward(self) -> dspy.Prediction:
        """Read its counter."""
        return dspy.Prediction(n=Counts.n_yielded)


class Streams(dspy.Module):
    """Passes on what DSPy's own streams say, as a user's module would."""

    def __init__(self) -> None:
        """Make the predictor."""
        super().__init__()
        self.predict = dspy.Predict("q -> a")

    def forward(self, q: str) -> Iterator[Any]:
        """Say something, then what the model writes, then the prediction."""
        yield "asking"
        listeners = [dspy.streaming.StreamListener("a")]
        program = dspy.streamify(self.predict, stream_listeners=listeners, async_streaming=False)
        yield from program(q=q)


def weigh(grams: int, unit: str = "g") -> str:
    """Weighs a parcel."""
    if grams <= 0:
        raise ValueError("a parcel weighs something")
    return f"{grams} {unit}"
