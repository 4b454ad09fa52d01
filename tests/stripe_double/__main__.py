"""`python -m tests.stripe_double`: the double as a process, turned by `POST /_double/…`."""

import argparse
import json
import signal
import threading

from tests.stripe_double.double import stripe_double


def main() -> None:
    """This function will serve until it is told to end; its first line says where."""
    parser = argparse.ArgumentParser(prog="python -m tests.stripe_double")
    parser.add_argument("--port", type=int, default=0, help="0 takes one that is free")
    parser.add_argument("--client-key", default="sk_test_double")
    parser.add_argument("--webhook-url")
    parser.add_argument("--webhook-secret", default="whsec_double")
    parser.add_argument("--webhook-threads", type=int, default=1)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    with stripe_double(**vars(parser.parse_args())) as double:
        print(json.dumps({"url": double.url, "client_key": double.client_key}), flush=True)
        ended.wait()


main()
