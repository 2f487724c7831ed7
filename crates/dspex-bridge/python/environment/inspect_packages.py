"""Prints, for each `module=distribution` argument, its version and why it cannot be imported, if so.

One line per argument: module, version and fault, separated by tabs; absent parts are empty.
"""

import importlib
import importlib.metadata
import os
import sys

# What a package prints while it is imported must not be taken for an answer.
answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
sys.stdout = sys.stderr

for argument in sys.argv[1:]:
    module, _, distribution = argument.partition("=")
    try:
        version = importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        print(module, "", "", sep="\t", file=answers)
        continue
    try:
        importlib.import_module(module)
        fault = ""
    except BaseException as error:  # A broken native module may raise anything.
        fault = " ".join(f"{type(error).__name__}: {error}".split())
    print(module, version, fault, sep="\t", file=answers)
answers.close()
