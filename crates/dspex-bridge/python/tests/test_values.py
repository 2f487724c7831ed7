"""What the wire carries, byte for byte, and what it refuses."""

from __future__ import annotations

import dataclasses
import datetime as dt
import decimal
import enum
import itertools
import unittest
import weakref
from typing import Any
from unittest import mock

import msgspec
import numpy as np
import pydantic

import golden_values
from dspex_worker import kept, values


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

    def test_decimals_that_are_no_numbers(self) -> None:
        for text in ("NaN", "-NaN", "sNaN", "Infinity", "-Infinity", "-0", "1E+1000000"):
            with self.subTest(text):
                number = decimal.Decimal(text)
                self.assertEqual(repr(round_trip(number)), repr(number))

    def test_an_offset_with_seconds_is_refused(self) -> None:
        odd = dt.timezone(dt.timedelta(hours=5, seconds=15))
        even = dt.timezone(dt.timedelta(hours=-5, minutes=-30))
        for kind in (dt.datetime(1800, 1, 1, tzinfo=odd), dt.time(1, tzinfo=odd)):
            with self.assertRaisesRegex(values.NotSupportedYetError, "offset from UTC"):
                values.pack(kind)
        for kind in (dt.datetime(1800, 1, 1, tzinfo=even), dt.time(1, tzinfo=even)):
            self.assertEqual(round_trip(kind), kind)

    def test_golden_bytes(self) -> None:
        self.addCleanup(kept.release, [1])
        for name, value, encoded in golden_values.cases():
            if name == "reference":
                self._check_reference(value, encoded)
                continue
            with self.subTest(name):
                self.assertEqual(msgspec.msgpack.encode(values.pack(value)).hex(), encoded.hex())
                # `nan` is not equal to itself; its text is.
                self.assertEqual(repr(values.decode(encoded)), repr(value))
                again = msgspec.msgpack.encode(values.pack(values.decode(encoded)))
                self.assertEqual(again.hex(), encoded.hex())

    def _check_reference(self, value: Any, encoded: bytes) -> None:
        """Hold an object against the golden bytes, in which it is the first of its process."""
        with mock.patch.object(kept, "_ids", itertools.count(1)), kept.keeping():
            packed = values.pack(value)
        self.assertEqual(msgspec.msgpack.encode(packed).hex(), encoded.hex())
        self.assertIs(values.decode(encoded), value)

    def test_what_is_kept_is_given_back_and_ends_with_its_release(self) -> None:
        shelf = golden_values.Shelf()
        gone = weakref.ref(shelf)
        n_before = kept.count()
        with kept.keeping():
            packed = msgspec.msgpack.encode(values.pack({"a": [shelf], "b": 1}))
        self.assertIs(values.decode(packed)["a"][0], shelf)
        del shelf
        self.assertIsNotNone(gone())
        self.assertEqual(kept.count(), n_before + 1)
        kept.forget()
        self.assertIsNone(gone())
        with self.assertRaises(KeyError):
            values.decode(packed)
        with self.assertRaises(values.NotSupportedYetError):
            values.pack(golden_values.Shelf())

    def test_what_is_kept_has_a_bound_and_nothing_is_left_of_a_failure(self) -> None:
        n_before = kept.count()
        shelves = [golden_values.Shelf() for _ in range(3)]
        with (
            mock.patch.object(kept, "MAX_KEPT", n_before + 2),
            self.assertRaises(kept.TooManyKeptError),
            kept.keeping(),
        ):
            values.pack(shelves)
        self.assertEqual(kept.count(), n_before)

    def test_an_object_that_cannot_be_shown_is_kept(self) -> None:
        class Silent:
            def __repr__(self) -> str:
                raise ValueError

        self.assertEqual(kept.shown(Silent()), "<Silent>")
        self.assertEqual(len(kept.shown("x" * 1000)), kept.MAX_SHOWN)

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
