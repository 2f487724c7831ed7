"""Times DSPy's own work for the rows of the benchmark table; prints one JSON object.

Keys are row ids, values medians in seconds for one call. Run by the project's environment.
"""

import asyncio
import itertools
import json
import statistics
import time
from functools import partial

import dspy
import pydantic
from dspy.adapters.chat_adapter import ChatAdapter
from dspy.adapters.json_adapter import JSONAdapter
from dspy.adapters.utils import _get_json_schema, parse_value
from dspy.adapters.xml_adapter import XMLAdapter
from dspy.clients.engines.dummy_engine import AsyncDummyEngine
from dspy.utils.dummies import DummyLM

PLAIN = "question -> answer"
TYPED = "question, context -> answer: str, count: int, score: float, sure: bool"
PLAIN_COMPLETION = "[[ ## answer ## ]]\nJane Austen\n\n[[ ## completed ## ]]"
TYPED_COMPLETION = (
    "[[ ## answer ## ]]\nJane Austen\n\n[[ ## count ## ]]\n3\n\n"
    "[[ ## score ## ]]\n0.75\n\n[[ ## sure ## ]]\nTrue\n\n[[ ## completed ## ]]"
)


TYPED_JSON = '{"answer": "Jane Austen", "count": 3, "score": 0.75, "sure": true}'
FAULTY_JSON = "```json\n{'answer': 'Jane Austen', 'count': 3, 'score': 0.75, 'sure': True,}\n```"
TYPED_XML = (
    "<answer>\nJane Austen\n</answer>\n\n<count>\n3\n</count>\n\n"
    "<score>\n0.75\n</score>\n\n<sure>\nTrue\n</sure>"
)
LINES = (
    '[{"item": "lamp", "quantity": 2, "price": 19.5}, '
    '{"item": "cup", "quantity": 6, "price": 2.25}, '
    '{"item": "chair", "quantity": 1, "price": 80.0}]'
)


# The modules of `crates/dspex-bridge/benches/modules`.
INVOICE = "document -> supplier: str, total: float, paid: bool, lines: list[Line]"
TOOL_CALLS = [("search", {"query": "Emma"}), ("finish", {})]


class Line(pydantic.BaseModel):
    item: str
    quantity: int = pydantic.Field(ge=1)
    price: float


def median(work, samples=60, seconds=0.005, clock=time.perf_counter):
    """The median time of one call, over samples of calls that last a few milliseconds."""
    work()
    started = clock()
    work()
    once = clock() - started
    calls = max(1, int(seconds / max(once, 1e-9)))
    times = []
    for _ in range(samples):
        started = clock()
        for _ in range(calls):
            work()
        times.append((clock() - started) / calls)
    return statistics.median(times)


def main():
    """Prints the median of every row."""
    adapter, as_json, as_xml = ChatAdapter(), JSONAdapter(), XMLAdapter()
    plain, typed = dspy.Signature(PLAIN), dspy.Signature(TYPED)
    models = dspy.Signature("document -> lines: list[Line]", custom_types={"Line": Line})
    models_completion = f"[[ ## lines ## ]]\n{LINES}\n\n[[ ## completed ## ]]"
    values, lines = json.loads(LINES), pydantic.TypeAdapter(list[Line])
    document = {"document": "2 lamps, 6 cups and a chair"}
    question = {"question": "Who wrote Emma?"}
    demos = [{**question, "answer": "Jane Austen"}] * 8
    both = {**question, "context": "Emma is a novel of 1815."}
    rows = {
        "signature.parse": lambda: dspy.Signature(PLAIN),
        "signature.parse.typed": lambda: dspy.Signature(TYPED),
        "schema": lambda: _get_json_schema(list[Line]),
        "coerce": lambda: parse_value(LINES, list[Line]),
        "validate": lambda: lines.validate_python(values),
        "chat.format.demos": lambda: adapter.format(plain, demos, dict(question)),
        "chat.format.models": lambda: adapter.format(models, [], dict(document)),
        "json.format.typed": lambda: as_json.format(typed, [], dict(both)),
        "xml.format.typed": lambda: as_xml.format(typed, [], dict(both)),
        "chat.parse.models": lambda: adapter.parse(models, models_completion),
        "json.parse.typed": lambda: as_json.parse(typed, TYPED_JSON),
        "json.parse.repaired": lambda: as_json.parse(typed, FAULTY_JSON),
        "xml.parse.typed": lambda: as_xml.parse(typed, TYPED_XML),
        "chat.format.plain": lambda: adapter.format(plain, [], dict(question)),
        "chat.format.typed": lambda: adapter.format(typed, [], dict(both)),
        "chat.parse.plain": lambda: adapter.parse(plain, PLAIN_COMPLETION),
        "chat.parse.typed": lambda: adapter.parse(typed, TYPED_COMPLETION),
    }
    predict = dspy.Predict(PLAIN)
    with dspy.context(lm=canned({"answer": "Jane Austen"}), disable_history=True, trace=None):
        rows |= dict.fromkeys(OF_PREDICT, lambda: predict(**question))
        medians = {name: median(work) for name, work in rows.items()}
        medians |= modules(question, demos, document)
        medians["native.concurrency/calls"] = at_a_time(predict, question)
    print(json.dumps(medians))


# Rows whose work is one `Predict` here.
OF_PREDICT = [
    "call.predict",
    "python.predict",
    "python.busy",
    "python.busy_asking",
]


def canned(*answers, adapter=None):
    """A model that gives these answers in turn, again and again."""
    model = DummyLM(list(answers), adapter=adapter)
    model.answers = itertools.cycle(answers)
    return model


def search(query: str) -> str:
    """Searches a library."""
    return "Emma is a novel by Jane Austen."


def modules(question, demos, document):
    """The medians of rows that have a module and a model of their own."""
    invoice = {
        "supplier": "Bates and daughter",
        "total": 132.5,
        "paid": True,
        "lines": json.loads(LINES),
    }
    steps = [
        {"next_thought": f"I use {tool}.", "next_tool_name": tool, "next_tool_args": arguments}
        for tool, arguments in TOOL_CALLS
    ]
    extracted = {"reasoning": "The library says so.", "answer": "Jane Austen"}
    with_demos, react = dspy.Predict(PLAIN), dspy.ReAct(PLAIN, tools=[search])
    with_demos.demos = [dspy.Example(**demo).with_inputs("question") for demo in demos]
    typed = dspy.Predict(dspy.Signature(INVOICE, custom_types={"Line": Line}))
    as_json = JSONAdapter()
    of = {
        "native.predict": (dspy.Predict(PLAIN), canned({"answer": "Jane Austen"}), None, question),
        "native.demos": (with_demos, canned({"answer": "Jane Austen"}), None, question),
        "native.typed": (typed, canned(invoice), None, document),
        "native.json": (typed, canned(invoice, adapter=as_json), as_json, document),
        "native.react": (react, canned(*steps, extracted), None, question),
    }

    medians = {}
    for name, (module, model, adapter, inputs) in of.items():
        with dspy.context(lm=model, adapter=adapter):
            work = partial(module, **inputs)
            # Processor time, as of the native engine.
            medians[name] = median(work, clock=time.thread_time)
    return medians


class Slow(AsyncDummyEngine):
    """Takes 20 ms for each answer."""

    async def complete_legacy(self, lm, request, **context):
        await asyncio.sleep(0.02)
        return await super().complete_legacy(lm, request, **context)


def at_a_time(predict, question):
    """The median time of 256 calls of a slow model, 16 of them at a time."""
    model = canned({"answer": "Jane Austen"})
    model._async_engine_spec = Slow(model._engine_spec)

    async def calls():
        places = asyncio.Semaphore(16)

        async def call():
            async with places:
                return await predict.acall(**question)

        return await asyncio.gather(*(call() for _ in range(256)))

    with dspy.context(lm=model):
        return median(lambda: asyncio.run(calls()), samples=5)


if __name__ == "__main__":
    main()
