"""Times DSPy's own work for the rows of the benchmark table; prints one JSON object.

Keys are row ids, values medians in seconds for one call. Run by the project's environment.
"""

import json
import statistics
import time

import dspy
from dspy.adapters.chat_adapter import ChatAdapter
from dspy.utils.dummies import DummyLM

PLAIN = "question -> answer"
TYPED = "question, context -> answer: str, count: int, score: float, sure: bool"
PLAIN_COMPLETION = "[[ ## answer ## ]]\nJane Austen\n\n[[ ## completed ## ]]"
TYPED_COMPLETION = (
    "[[ ## answer ## ]]\nJane Austen\n\n[[ ## count ## ]]\n3\n\n"
    "[[ ## score ## ]]\n0.75\n\n[[ ## sure ## ]]\nTrue\n\n[[ ## completed ## ]]"
)


def median(work, samples=60, seconds=0.005):
    """The median time of one call, over samples of calls that last a few milliseconds."""
    work()
    started = time.perf_counter()
    work()
    once = time.perf_counter() - started
    calls = max(1, int(seconds / max(once, 1e-9)))
    times = []
    for _ in range(samples):
        started = time.perf_counter()
        for _ in range(calls):
            work()
        times.append((time.perf_counter() - started) / calls)
    return statistics.median(times)


def main():
    """Prints the median of every row."""
    adapter = ChatAdapter()
    plain, typed = dspy.Signature(PLAIN), dspy.Signature(TYPED)
    question = {"question": "Who wrote Emma?"}
    both = {**question, "context": "Emma is a novel of 1815."}
    rows = {
        "signature.parse": lambda: dspy.Signature(PLAIN),
        "chat.format.plain": lambda: adapter.format(plain, [], dict(question)),
        "chat.format.typed": lambda: adapter.format(typed, [], dict(both)),
        "chat.parse.plain": lambda: adapter.parse(plain, PLAIN_COMPLETION),
        "chat.parse.typed": lambda: adapter.parse(typed, TYPED_COMPLETION),
    }
    predict = dspy.Predict(PLAIN)
    answers = DummyLM({"Emma": {"answer": "Jane Austen"}})
    with dspy.context(lm=answers, disable_history=True, trace=None):
        rows["native.predict"] = lambda: predict(**question)
        print(json.dumps({name: median(work) for name, work in rows.items()}))


main()
