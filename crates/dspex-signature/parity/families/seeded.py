"""Cases over types made at random: signatures, prompts and completions."""

from collections.abc import Iterator
from random import Random
from typing import Any

from families import case, completions
from families.case import Case
from families.completions import ADAPTERS
from families.faults import FAULTS
from families.shapes import Shape, Shapes, loosened


def cases(random: Random) -> Iterator[Case]:
    """Yield completions, then prompts, then signatures."""
    for _ in range(520):
        yield _parse(random)
    for _ in range(600):
        yield _format(random)
    for _ in range(300):
        _, given = _signature(random, 2, 2)
        yield case.make("signature", "sig-seeded", "hard", {"signature": given}, "seeded")


def _signature(
    random: Random, n_inputs: int, n_outputs: int
) -> tuple[dict[str, Shape], dict[str, Any]]:
    shapes = Shapes(random)
    inputs = {f"i{at}": shapes.shape(2) for at in range(n_inputs)}
    outputs = {f"o{at}": shapes.shape(random.choice((1, 2, 3))) for at in range(n_outputs)}
    sides = (
        ", ".join(f"{name}: {shape.annotation}" for name, shape in side.items())
        for side in (inputs, outputs)
    )
    given: dict[str, Any] = {"spec": " -> ".join(sides)}
    if shapes.classes:
        given["types"] = shapes.classes
    return inputs | outputs, given


def _parse(random: Random) -> Case:
    shapes, given = _signature(random, 0, random.choice((1, 1, 2)))
    given["spec"] = f"q {given['spec'].strip()}"
    values = {name: shape.value(random) for name, shape in shapes.items()}
    mood = random.choice(("good", "loose", "loose", "fault", "fault"))
    if mood == "loose":
        values = {name: loosened(value, random) for name, value in values.items()}
    adapter = random.choice(ADAPTERS)
    tags = ["seeded", mood, *(["malformed"] if mood == "fault" else [])]
    completion = _completion(adapter, values, random, is_faulty=mood == "fault")
    return case.parse("parse-seeded", "hard", adapter, given, completion, *tags)


def _completion(adapter: str, values: dict[str, Any], random: Random, *, is_faulty: bool) -> str:
    def spoilt(text: str) -> str:
        if not is_faulty or not text:
            return text
        return FAULTS[random.choice(list(FAULTS))](text, random)

    if adapter == "json":
        return spoilt(completions.json_of(values))
    if adapter == "chat":
        return completions.chat(
            {name: spoilt(completions.text_of(value)) for name, value in values.items()}
        )
    if random.random() < 0.6:
        elements = [completions.nested_xml(name, value) for name, value in values.items()]
        text = "\n".join(elements)
        return text[: random.randrange(len(text))] if is_faulty and random.random() < 0.3 else text
    return completions.xml(
        {name: spoilt(completions.text_of(value)) for name, value in values.items()}
    )


def _format(random: Random) -> Case:
    shapes, given = _signature(random, random.choice((1, 1, 2)), random.choice((1, 2)))
    values = {name: shape.value(random) for name, shape in shapes.items()}
    inputs = {name: value for name, value in values.items() if name.startswith("i")}
    demos = []
    if random.random() < 0.6:
        demo = {name: shape.value(random) for name, shape in shapes.items()}
        if random.random() < 0.3:
            demo = {name: loosened(value, random) for name, value in demo.items()}
        demos.append(demo)
    body = {
        "adapter": random.choice(ADAPTERS),
        "signature": given,
        "demos": demos,
        "inputs": inputs,
    }
    return case.make("format", "fmt-seeded", "hard", body, "seeded")
