"""localstripe (https://github.com/adrienverge/localstripe), written by people who never saw our
double: what both agree upon is less likely to be our own misunderstanding.

It runs in a process of its own, because its licence is the GPL and because our tests turn its
libraries' warnings into errors; on 127.0.0.1 only, which its own command does not offer. Its
states, its HTTP, its forms and its signatures are its own. What a caller of today needs and it does
not know is added in `_teach`, and is all that is added.
"""

import argparse
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError

from tests.serving import free_port

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def localstripe() -> Iterator[str]:
    """This function will run localstripe; it gives its URL."""
    port = free_port()
    command = [sys.executable, "-m", "tests.stripe_double.localstripe_peer", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT) as process:
        try:
            _wait_until_it_answers(process, f"http://127.0.0.1:{port}/js.stripe.com/v3/")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _wait_until_it_answers(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.05)
    raise TimeoutError("localstripe did not answer")


def _teach(resources: Any) -> None:
    """Four things that localstripe 1.15 lacks: `automatic_payment_methods` when an intent is
    created, `payment_method` and `return_url` when it is confirmed, and what was received or set
    aside in what it shows."""
    intents = resources.PaymentIntent
    begin, confirm = intents.__init__, intents._api_confirm

    def begin_anyhow(self: Any, *, automatic_payment_methods: Any = None, **data: Any) -> None:
        begin(self, **data)

    def confirm_with(
        id: str,  # noqa: A002 - localstripe's own name
        payment_method: str = "",
        return_url: str = "",
        **data: Any,
    ) -> Any:
        if payment_method:
            intents._api_update(id, payment_method=payment_method)
        return confirm(id, **data)

    intents.__init__ = begin_anyhow
    intents.amount_received = property(lambda self: self.amount * (self.status == "succeeded"))
    intents.amount_capturable = property(
        lambda self: self.amount * (self.status == "requires_capture")
    )
    resources.extra_apis[:] = [
        (method, url, confirm_with if act == confirm else act)
        for method, url, act in resources.extra_apis
    ]


def main() -> None:
    """This function will serve localstripe on 127.0.0.1 until it is told to end."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port

    # Only in this process; and the routes are made of what is there when `server` is imported.
    from aiohttp import web
    from localstripe import resources

    # It would keep everything in one file for all who run it.
    resources.Store.dump_to_disk = lambda _store: None
    _teach(resources)
    from localstripe import server

    web.run_app(server.app, host="127.0.0.1", port=port, print=None, access_log=None)


if __name__ == "__main__":
    main()
