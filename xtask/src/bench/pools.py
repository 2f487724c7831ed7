"""Times the same echo through other ways to a Python process; prints one JSON object.

Keys are the ids of peers, values medians in seconds for one call. Run by the project's environment.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor

import grpc

# As the workers' own row: text, numbers and a list, about one kilobyte.
ONE_KILOBYTE = {
    "question": "Who wrote Emma?",
    "passages": [f"{number}{'x' * 200}" for number in range(4)],
    "k": 3,
    "scores": [score / 16 for score in range(12)],
}
METHOD = "/dspex.Peer/echo"


def same(value):
    return value


def median(work, calls=5_000):
    """The median time of one call, once it has warmed up."""
    times = []
    for number in range(calls + 200):
        started = time.perf_counter()
        work()
        if number >= 200:
            times.append(time.perf_counter() - started)
    return statistics.median(times)


def through_executor():
    """A pool of one process, which pickles."""
    with ProcessPoolExecutor(1) as pool:
        return {
            "executor.noop": median(lambda: pool.submit(same, None).result()),
            "executor.echo": median(lambda: pool.submit(same, ONE_KILOBYTE).result()),
        }


class Service(grpc.GenericRpcHandler):
    """Sends back the bytes that it is sent."""

    def service(self, details):
        if details.method != METHOD:
            return None
        return grpc.unary_unary_rpc_method_handler(lambda request, _: request)


def serve(address):
    """Serves until the standard input closes."""
    from concurrent.futures import ThreadPoolExecutor

    server = grpc.server(ThreadPoolExecutor(1), handlers=[Service()])
    server.add_insecure_port(address)
    server.start()
    print("ready", flush=True)
    sys.stdin.read()
    server.stop(0).wait()


def through_grpc():
    """A process that is asked over a Unix socket, in bytes; JSON is made and read here, as a caller must."""
    with tempfile.TemporaryDirectory() as folder:
        address = f"unix:{os.path.join(folder, 'peer')}"
        command = [sys.executable, __file__, address]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        process.stdout.readline()
        with grpc.insecure_channel(address) as channel:
            echo = channel.unary_unary(METHOD)
            times = {
                "grpc.noop": median(lambda: echo(b"")),
                "grpc.echo": median(lambda: json.loads(echo(json.dumps(ONE_KILOBYTE).encode()))),
            }
        process.stdin.close()
        process.wait(timeout=10)
        return times


if __name__ == "__main__":
    if len(sys.argv) > 1:
        serve(sys.argv[1])
    else:
        print(json.dumps(through_executor() | through_grpc()))
