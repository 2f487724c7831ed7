"""Starts a worker: `python -m dspex_worker --parent PID [--memory-limit-mb N] [--faults]`."""

import argparse

from dspex_worker import process


def main() -> None:
    """Prepare the process, then serve calls until the socket closes."""
    parser = argparse.ArgumentParser(prog="dspex_worker", description=__doc__)
    parser.add_argument("--parent", type=int, required=True, help="die with this process")
    parser.add_argument("--memory-limit-mb", type=int, help="limit of the data segment")
    parser.add_argument("--faults", action="store_true", help="methods that misbehave, for tests")
    arguments = parser.parse_args()

    process.die_with(arguments.parent)
    if arguments.memory_limit_mb is not None:
        process.limit_memory(arguments.memory_limit_mb)
    process.prefer_installed_packages()
    control = process.take_socket()

    # Imported only now: DSPy takes most of the start, and must find the process prepared.
    from dspex_worker.server import Server  # noqa: PLC0415

    Server(control, faults=arguments.faults).serve()


if __name__ == "__main__":
    main()
