"""The lines that `up --demo` prints, pasted into real shells against a stand-in of the API."""

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from config.supervisor import banner

pytestmark = pytest.mark.skipif(not shutil.which("curl"), reason="the lines use curl")


class StandIn(ThreadingHTTPServer):
    """Remembers what it was asked and answers in the shapes of the real API."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.asked: list[tuple[str, dict[str, str], Any]] = []
        self.is_stocked = True


class Answer(BaseHTTPRequestHandler):
    server: StandIn

    def do_GET(self) -> None:
        self._remember(None)
        if self.path == "/api/v1/products/mug":
            sold_out = {"sku": "MUG-SAGE", "in_stock": False}
            self._answer({"variants": [sold_out, {"sku": "MUG-OAT", "in_stock": True}]})
        elif self.path.startswith("/api/v1/products?in_stock=true&"):
            self._answer({"results": [{"slug": "mug"}] if self.server.is_stocked else []})
        else:
            self._answer({"results": [{"created_at": "12:00", "name": "order.placed"}] * 2})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._remember(body)
        if self.path.endswith("/token"):
            self._answer({"access": f"token-of-{body['username']}", "refresh": "-"})
        elif self.path.endswith("/payments"):
            self._answer({"state": "captured"})
        else:
            self._answer({"id": "0198-order", "number": "1001"})

    def log_message(self, *_: object) -> None:
        """Requests are no news in a test."""

    def _remember(self, body: Any) -> None:
        self.server.asked.append((self.path, dict(self.headers), body))

    def _answer(self, body: Any) -> None:
        content = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture
def api() -> Iterator[StandIn]:
    with StandIn() as api:
        thread = threading.Thread(target=api.serve_forever)
        thread.start()
        yield api
        api.shutdown()
        thread.join()


def url_of(api: StandIn) -> str:
    return banner.site_url(host="127.0.0.1", port=api.server_port)


@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_the_lines_work_when_pasted(api, shell):
    if not shutil.which(shell):
        pytest.skip(f"there is no {shell}")
    lines = [line for line in banner.demo(url_of(api), sku="MUG-OAT") if "curl" in line]
    assert len(lines) == 3
    assert all("\n" not in line for line in lines)

    done = subprocess.run(
        [shell], input="\n".join(lines), capture_output=True, text=True, timeout=30, check=False
    )

    assert done.stderr == ""
    assert done.stdout == (
        "The shopper is logged in. Staff is logged in.\n"
        '{\n    "state": "captured"\n}\n'
        "12:00  order.placed\n12:00  order.placed\n"
    )
    _, _, order, payment, events = api.asked
    assert order[0] == "/api/v1/orders"
    assert order[1]["Authorization"] == "Bearer token-of-shopper@tradepost.example"
    assert order[2]["lines"] == [{"sku": "MUG-OAT", "quantity": 1}]
    assert payment[0] == "/api/v1/orders/0198-order/payments"
    assert payment[2] == {"gateway": "simulated", "payment_method": "success"}
    assert order[1]["Idempotency-Key"] != payment[1]["Idempotency-Key"]
    assert order[1]["X-Request-ID"] == payment[1]["X-Request-ID"]
    assert events[0] == f"/api/v1/events?request_id={order[1]['X-Request-ID']}&page_size=100"
    assert events[1]["Authorization"] == "Bearer token-of-staff@tradepost.example"


def test_the_order_is_for_something_that_can_be_bought(api):
    assert banner.sku_on_sale(url_of(api)) == "MUG-OAT"


def test_a_shop_that_is_sold_out_has_no_lines_to_paste(api):
    api.is_stocked = False

    assert banner.sku_on_sale(url_of(api)) is None
    assert not any("curl" in line for line in banner.demo(url_of(api), sku=None))
