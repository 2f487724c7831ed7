"""What the wire carries, byte for byte, and what it refuses."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import unittest
from typing import Any

import msgspec
import numpy as np
import pydantic

import golden_values
from dspex_worker import values


class Model(pydantic.BaseModel):
    """A model with a tuple inside."""

    name: str
    tags: tuple[str, ...]


@dataclasses.dataclass
class Data:
    """A dataclass with a model inside."""

    model: Model


class Color(enum.Enum):
    """An enumeration of texts."""

    RED = "red"


def round_trip(value: Any) -> Any:
    """Encode and decode."""
    return values.decode(msgspec.msgpack.encode(values.pack(value)))


class ValuesTest(unittest.TestCase):
    """One behaviour a test."""

    def test_golden_bytes(self) -> None:
        for name, value, encoded in golden_values.cases():
            with self.subTest(name):
                self.assertEqual(msgspec.msgpack.encode(values.pack(value)).hex(), encoded.hex())
                # `nan` is not equal to itself; its text is.
                self.assertEqual(repr(values.decode(encoded)), repr(value))
                again = msgspec.msgpack.encode(values.pack(values.decode(encoded)))
                self.assertEqual(again.hex(), encoded.hex())

    def test_classes_become_maps_and_enums_their_values(self) -> None:
        model = Model(name="a", tags=("x", "y"))
        self.assertEqual(round_trip(model), {"name": "a", "tags": ("x", "y")})
        self.assertEqual(round_trip(Data(model))["model"]["tags"], ("x", "y"))
        self.assertEqual(round_trip([Color.RED]), ["red"])
        self.assertEqual(round_trip({Color.RED: Color.RED}), {"red": "red"})

    def test_what_is_not_carried_is_named_with_its_place(self) -> None:
        deep: list[Any] = []
        for _ in range(100):
            deep = [deep]
        cases = [
            ({"when": [dt.timezone.utc]}, "`value.when[0]` is a `datetime.timezone`"),
            ({1: "x", 2: object()}, "`value[2]` is a `object`"),
            ({object(): 1}, "`key 0 of value` is a `object`"),
            (10**5000, "`value` is an `int` with too many digits"),
            (object(), "`value` is a `object`"),
            (deep, "` is nested more than 64 deep"),
        ]
        for value, expected in cases:
            with self.subTest(expected), self.assertRaises(values.NotSupportedYetError) as raised:
                values.pack(value)
            self.assertIn(expected, str(raised.exception))

    def test_arrays_are_whole_and_can_be_changed(self) -> None:
        transposed = np.arange(6, dtype="<i8").reshape(2, 3).T
        crossed = round_trip(transposed)
        np.testing.assert_array_equal(crossed, transposed)
        crossed[0, 0] = 7
        self.assertIs(type(round_trip(np.float32(1.5))), np.float32)
        self.assertEqual(round_trip([np.str_("é"), np.array(["a", "bc"])[1]]), ["é", "bc"])
        text = np.array(["a", "bc"])
        self.assertEqual(round_trip(text).tolist(), ["a", "bc"])

    def test_arrays_of_more_than_bytes_are_refused(self) -> None:
        refused = [
            np.array([None]),
            np.zeros(1, [("a", "<i4")]),
            np.zeros(1, [("a", "<i4")])[0],
            np.array(["a"], np.dtypes.StringDType()),
            np.ma.masked_array([1], [True]),
        ]
        for array in refused:
            with (
                self.subTest(str(array.dtype)),
                self.assertRaises(values.NotSupportedYetError) as raised,
            ):
                values.pack(array)
        self.assertEqual(str(raised.exception), "`value` is a `numpy.ma.MaskedArray`")
        with self.assertRaises(values.NotSupportedYetError) as raised:
            values.pack({"v": refused[0]})
        self.assertIn("`value.v` is a `numpy.ndarray` of `object`", str(raised.exception))
        self.assertIn("`tolist()`", str(raised.exception))

    def test_unknown_extensions_are_refused(self) -> None:
        encoded = msgspec.msgpack.encode(msgspec.msgpack.Ext(99, b""))
        with self.assertRaises(ValueError):
            values.decode(encoded)


if __name__ == "__main__":
    unittest.main()
