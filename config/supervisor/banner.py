"""What the terminal shows once the site is ready: where it is, and three lines to try it with."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.request import Request, urlopen

from apps.interchange.demo.people import PASSWORD, SHOPPER_EMAIL, STAFF_EMAIL, read_buyers
from config.supervisor.readiness import allowed_host

PICK = "python3 -c 'import json, sys; print(json.load(sys.stdin)[\"{}\"])'"


def addresses(url: str) -> Iterator[str]:
    """This function will give the lines that say where everything is."""
    yield f"Tradepost is ready at {url}"
    yield ""
    yield f"  API docs  {url}/api/docs/"
    yield f"  API       {url}/api/v1/products"
    yield f"  Admin     {url}/admin/"


def demo(url: str, *, sku: str | None) -> Iterator[str]:
    """This function will give the log-ins of the demo shop and the three lines to paste.

    Without a SKU, because nothing is left to buy, there are no lines.
    """
    yield ""
    yield f"  Staff     {STAFF_EMAIL}    password {PASSWORD}"
    yield f"  Customer  {SHOPPER_EMAIL}  password {PASSWORD}"
    if sku is None:
        return
    yield ""
    yield "Paste these into another terminal: log in; place and pay an order; see what it caused."
    for line in (log_in_line(url), order_line(sku), events_line()):
        yield ""
        yield line


def log_in_line(url: str) -> str:
    """This function will return a shell line that keeps both people's tokens in variables."""
    credentials = rf"{{\"username\": \"$1\", \"password\": \"{PASSWORD}\"}}"
    return (
        f"URL={url}/api/v1; JSON='Content-Type: application/json'; "
        f'token() {{ curl -sS "$URL/auth/token" -H "$JSON" -d "{credentials}" '
        f"| {PICK.format('access')}; }}; "
        f"SHOPPER=$(token {SHOPPER_EMAIL}); STAFF=$(token {STAFF_EMAIL}); "
        'echo "${SHOPPER:+The shopper is logged in.} ${STAFF:+Staff is logged in.}"'
    )


def order_line(sku: str) -> str:
    """This function will return a shell line that places an order and pays it.

    Both requests carry one request id of their own: the events they cause are found by it.
    """
    order = {"lines": [{"sku": sku, "quantity": 1}], "shipping_address": read_buyers()[0].address}
    body = json.dumps(order).replace("'", "\\u0027")
    payment = json.dumps({"gateway": "simulated", "payment_method": "success"})
    return (
        "new() { python3 -c 'import uuid; print(uuid.uuid4())'; }; TRACE=$(new); "
        'post() { curl -sS "$URL/$1" -H "Authorization: Bearer $SHOPPER" -H "$JSON" '
        '-H "X-Request-ID: $TRACE" -H "Idempotency-Key: $(new)" -d "$2"; }; '
        f"ORDER=$(post orders '{body}' | {PICK.format('id')}); "
        f"post \"orders/$ORDER/payments\" '{payment}' | python3 -m json.tool"
    )


def events_line() -> str:
    """This function will return a shell line that shows the events of that order, oldest first."""
    each = 'event["created_at"] + "  " + event["name"] for event in json.load(sys.stdin)["results"]'
    return (
        'curl -sS "$URL/events?request_id=$TRACE&page_size=100" '
        '-H "Authorization: Bearer $STAFF" '
        f"| python3 -c 'import json, sys; print(*({each}), sep=\"\\n\")'"
    )


def sku_on_sale(url: str) -> str | None:
    """This function will return the SKU of something that can be bought, asked of the API."""
    products = _read(f"{url}/api/v1/products?in_stock=true&ordering=featured&page_size=1")
    for product in products["results"]:
        variants = _read(f"{url}/api/v1/products/{product['slug']}")["variants"]
        return next((variant["sku"] for variant in variants if variant["in_stock"]), None)
    return None


def _read(url: str) -> Any:
    request = Request(url, headers={"Host": allowed_host()})  # noqa: S310
    with urlopen(request, timeout=10) as response:  # noqa: S310
        return json.load(response)


def site_url(*, host: str, port: int) -> str:
    """This function will return the address to type into a browser on this machine."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
