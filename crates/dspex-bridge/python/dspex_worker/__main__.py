"""Starts a worker, as dspex does: `python -m dspex_worker --parent PID`."""

import argparse

from dspex_worker import process


def main() -> None:
    """Prepare the process, then serve calls until the socket closes."""
    parser = argparse.ArgumentParser(prog="dspex_worker", description=__doc__)
    parser.add_argument("--fork-server", action="store_true", help="fork workers when asked")
    parser.add_argument("--preload", action="append", default=[], help="a module to import first")
    parser.add_argument("--parent", type=int, required=True, help="die with this process")
    parser.add_argument("--search", action="append", default=[], help="where to import from, last")
    parser.add_argument("--memory-limit-mb", type=int, help="limit of the data segment")
    parser.add_argument("--threads", type=int, default=1, help="how many calls run at once")
    parser.add_argument("--faults", action="store_true", help="methods that misbehave, for tests")
    arguments = parser.parse_args()

    process.die_with(arguments.parent)
    if not arguments.fork_server:
        _limit(arguments)
    process.prefer_installed_packages(arguments.search)
    control = process.take_socket()

    process.import_all(arguments.preload)
    from dspex_worker import fork_server  # noqa: PLC0415
    from dspex_worker.server import Server  # noqa: PLC0415

    if arguments.fork_server:
        control = fork_server.serve(control)
        _limit(arguments)
    Server(control, threads=arguments.threads, faults=arguments.faults).serve()


def _limit(arguments: argparse.Namespace) -> None:
    if arguments.memory_limit_mb is not None:
        process.limit_memory(arguments.memory_limit_mb)


if __name__ == "__main__":
    main()
