"""Only allow-listed packages are callable, and only modules of DSPy in them."""

from __future__ import annotations

import unittest

import dspy

from dspex_worker.names import NoSuchModuleError, NotAllowedError, find_module_class


class NamesTest(unittest.TestCase):
    """Names that are found, and names that are refused."""

    def test_modules_are_found(self) -> None:
        self.assertIs(find_module_class("dspy.ChainOfThought", ["dspy"]), dspy.ChainOfThought)
        found = find_module_class("dspy.predict.predict.Predict", ["dspy"])
        self.assertIs(found, dspy.Predict)

    def test_names_outside_the_list_are_refused(self) -> None:
        for name in ("os.system", "dspyx.Predict", "dspy", ""):
            with self.subTest(name), self.assertRaises(NotAllowedError):
                find_module_class(name, ["dspy.predict"])

    def test_a_class_that_is_only_imported_by_a_listed_package_is_refused(self) -> None:
        with self.assertRaises(NotAllowedError) as raised:
            find_module_class("golden_modules.Predict", ["golden_modules"])
        self.assertEqual(str(raised.exception), "dspy.predict.predict.Predict")

    def test_what_is_no_module_is_refused(self) -> None:
        for name in ("dspy.LM", "dspy.Nothing", "dspy.predict", "nowhere.Module"):
            with self.subTest(name), self.assertRaises(NoSuchModuleError):
                find_module_class(name, ["dspy", "nowhere"])


if __name__ == "__main__":
    unittest.main()
