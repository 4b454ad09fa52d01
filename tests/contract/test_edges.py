"""What arrives broken, and what every answer carries: a clear problem and the right headers."""

import json
import socket
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlparse

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from rest_framework.test import APIClient

from apps.catalog.tests.factories import ProductImageFactory
from tests.serving import served

PROBLEM = "application/problem+json"
LISTS = [
    "products",
    "categories",
    "orders",
    "stock",
    "stock/movements",
    "events",
    "invoices",
    "reviews",
    "wishlist",
]
QUERIES = [
    "search=%00",
    "search=%ED%A0%80",
    "ordering=%00",
    "page=%00",
    "page=99999999999999999999999",
    "page=-1",
    "page_size=99999999999999999999999",
    "cursor=%00",
    "cursor=////",
    "cursor=cD1hYmM=",
    "category=%00",
    "price_min=1e999",
    "price_min=NaN",
    "in_stock=%00",
    "rating=%00",
    "verified=%00",
    "product=%00",
    "option.%00=1",
    "option.a=%00",
    "sku=%00",
    "state=%00",
    "customer=%00",
    "placed_after=99999-01-01",
    "%zz=%zz",
    "a=1&" * 2000,
]
PARTS = ["%00", "%ff", "%ED%A0%80", "a%00b", "..%2f..", "%zz", "x" * 3000, "-1", "9" * 30]
ROUTES = [
    "api/v1/products/{}",
    "api/v1/categories/{}",
    "api/v1/products/{}/reviews",
    "api/v1/reviews/{}",
    "api/v1/wishlist/{}",
    "api/v1/orders/{}",
    "api/v1/orders/{}/payments",
    "api/v1/payments/{}",
    "api/v1/invoices/{}",
    "api/v1/stock/{}/receive",
    "api/v1/cart/items/{}",
    "api/v1/payments/webhooks/{}",
    "api/v1/{}",
    "payments/simulated/{}",
    "media/{}",
    "{}",
]


def is_clear(answer) -> bool:
    """A success, or a problem that is the client's."""
    return answer.status_code < 400 or (
        answer.status_code < 500 and answer["Content-Type"] == PROBLEM and answer.json()["code"]
    )


@pytest.fixture(params=["nobody", "shopper", "staff"])
def caller(request, anonymous, shopper_client, staff_client) -> APIClient:
    client = {"nobody": anonymous, "shopper": shopper_client, "staff": staff_client}[request.param]
    client.raise_request_exception = False
    return client


def test_no_query_is_more_than_a_list_can_bear(caller):
    asked = [f"/api/v1/{one}?{query}" for one in LISTS for query in QUERIES]

    assert [url[:80] for url in asked if not is_clear(caller.get(url))] == []


@pytest.mark.parametrize("method", ["get", "post", "patch", "delete"])
def test_no_part_of_a_path_is_more_than_a_route_can_bear(caller, method):
    asked = ["/" + route.format(part) for route in ROUTES for part in PARTS]

    assert [url[:80] for url in asked if not is_clear(getattr(caller, method)(url))] == []


BODIES = {
    "a number that is too long": '{"full_name": ' + "9" * 5000 + "}",
    "a fraction that is too long": '{"full_name": 0.' + "9" * 5000 + "}",
    "an exponent": '{"full_name": 1e999}',
    "not a number": '{"full_name": NaN}',
    "a member twice": '{"full_name": "Ada", "full_name": "Grace"}',
    "too many members": json.dumps({str(n): n for n in range(2000)}),
    "too deep": "[" * 100_000,
    "a NUL": '{"full_name": "a\\u0000b"}',
    "a NUL in a name": '{"full\\u0000name": "a"}',
    "a lone surrogate": '{"full_name": "\\udfff"}',
    "a lone surrogate in a name": '{"\\ud800": "a"}',
    "no UTF-8": b'{"full_name": "\xff"}',
    "UTF-16": '{"full_name": "Ada"}'.encode("utf-16"),
    "gzip": b"\x1f\x8b\x08\x00\x00\x00",
    "an array": "[]",
    "two documents": '{"full_name": "Ada"} {"full_name": "Grace"}',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_no_body_is_more_than_the_parser_can_bear(shopper_client, shopper, body):
    shopper_client.raise_request_exception = False
    answer = shopper_client.generic("PATCH", "/api/v1/me", body, "application/json")

    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)
    shopper.refresh_from_db()
    assert shopper.version == 1


FORMS = {
    "a NUL": "username=a%00b&password=x",
    "a surrogate": "username=%ED%A0%80&password=x",
    "bad percents": "username=%zz%&password=%",
    "many fields": "a=1&" * 2000,
    "a field twice": "username=a&username=b&password=x",
    "nothing": "",
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_no_form_is_more_than_a_log_in_can_bear(anonymous, form):
    anonymous.raise_request_exception = False
    answer = anonymous.generic(
        "POST", "/api/v1/auth/token", form, "application/x-www-form-urlencoded"
    )

    assert answer.status_code in {400, 401}
    assert answer["Content-Type"] == PROBLEM


UPLOADS = {
    "no boundary": ("multipart/form-data", b"--x\r\n"),
    "an empty boundary": ("multipart/form-data; boundary=", b"--\r\n"),
    "cut off": ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name="),
    "a NUL in the file's name": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="image"; filename="a\x00.png"\r\n\r\nx',
    ),
    "bad base64": (
        "multipart/form-data; boundary=x",
        (
            b'--x\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n'
            b"Content-Transfer-Encoding: base64\r\n\r\n!!\r\n--x--"
        ),
    ),
    "a thousand parts": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 2000 + b"--x--",
    ),
    "a thousand files": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n1\r\n' * 500
        + b"--x--",
    ),
}


@pytest.mark.parametrize(("kind", "body"), UPLOADS.values(), ids=UPLOADS)
def test_no_upload_is_more_than_the_form_parser_can_bear(staff_client, store, kind, body):
    product = ProductImageFactory(product__store=store).product
    staff_client.raise_request_exception = False
    answer = staff_client.generic(
        "POST", f"/api/v1/products/{product.public_id}/images", body, kind
    )

    assert answer.status_code in {400, 413, 422}
    assert answer["Content-Type"] == PROBLEM
    assert product.images.count() == 1


HEADERS = {
    "Idempotency-Key": ["", "é", "x" * 300, "4242424242424242", "pay 4242-4242-4242-4242"],
    "If-Match": ['"', "\xff", '"99999999999999999999.0123456789abcdef"', "x" * 4000],
    "If-None-Match": ['"', "\xff", ",,,,"],
    "X-Cart-Token": ["\xff", "x" * 4000, "'; DROP TABLE orders_cart; --"],
    "X-Request-ID": ["\xff", "x" * 4000, "<script>"],
    "Authorization": [
        "",
        "Bearer",
        "Bearer \xff",
        "Bearer a b",
        "Basic !!",
        "bearer " + "x" * 4000,
    ],
    "Accept": ["\xff", ";;;", "text/html", "application/json; q=9"],
    "Origin": ["\xff", "null", "http://[", "https://evil.example"],
    "X-Forwarded-For": ["\xff", "a, b", "::", "1" * 4000],
}


@pytest.mark.parametrize("header", HEADERS)
def test_no_header_is_more_than_we_can_bear(shopper_client, header):
    shopper_client.raise_request_exception = False
    for value in HEADERS[header]:
        headers = {header: value}
        for call in (
            lambda h: shopper_client.get("/api/v1/me", headers=h),
            lambda h: shopper_client.get("/api/v1/cart", headers=h),
            lambda h: shopper_client.post("/api/v1/orders", {}, headers=h),
            lambda h: shopper_client.patch("/api/v1/me", {"full_name": "Ada"}, headers=h),
        ):
            assert is_clear(call(headers)), (header, value)


@pytest.mark.parametrize("key", ["4242424242424242", "5555 5555 5555 4444", "card:378282246310005"])
def test_a_card_number_is_no_key(shopper_client, key):
    answer = shopper_client.post("/api/v1/orders", {}, headers={"Idempotency-Key": key})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "card_number_refused"


@pytest.mark.parametrize("key", ["1732659000123", "41234567-1234-4567-8901-123456789012"])
def test_a_time_or_an_id_is_a_key(shopper_client, key):
    answer = shopper_client.post("/api/v1/orders", {}, headers={"Idempotency-Key": key})

    assert "card_number_refused" not in str(answer.json())


# --- headers of answers


@pytest.mark.parametrize(
    "path", ["/api/v1/products", "/api/v1/none", "/none", "/admin/login/", "/api/docs/", "/health"]
)
def test_every_answer_tells_a_browser_to_be_careful(anonymous, path):
    answer = anonymous.get(path)

    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Request-ID"]
    assert "Server" not in answer


def test_a_shop_front_may_show_our_pictures(anonymous):
    name = default_storage.save("shown.png", ContentFile(b"a picture"))
    with closing(anonymous.get(default_storage.url(name))) as answer:
        assert b"".join(answer) == b"a picture"

    assert answer.status_code == 200
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["me", "orders", "addresses", "products", "orders/none-such"])
def test_no_cache_keeps_what_somebody_was_answered(shopper_client, path):
    assert shopper_client.get(f"/api/v1/{path}")["Cache-Control"] == "private, no-store"


def test_no_cache_keeps_a_guests_cart_or_anybodys_token(anonymous, store):
    assert anonymous.get("/api/v1/cart", headers={"X-Cart-Token": "x" * 43}).headers[
        "Cache-Control"
    ] == ("private, no-store")
    answer = anonymous.post("/api/v1/auth/token", {"username": "a@b.example", "password": "x"})
    assert "no-store" in answer["Cache-Control"]


def test_what_everybody_sees_may_be_kept(anonymous, store):
    assert "no-store" not in anonymous.get("/api/v1/products").get("Cache-Control", "")


def test_only_origins_of_the_setting_may_read(anonymous, store, settings):
    settings.CORS_ALLOWED_ORIGINS = ["https://shop.example"]

    def allowed(origin):
        answer = anonymous.get("/api/v1/products", headers={"Origin": origin})
        return answer.get("Access-Control-Allow-Origin")

    assert allowed("https://shop.example") == "https://shop.example"
    assert allowed("https://evil.example") is None
    assert allowed("https://shop.example.evil.example") is None
    assert allowed("null") is None


def test_a_browser_may_send_what_the_api_reads(anonymous, settings):
    settings.CORS_ALLOWED_ORIGINS = ["https://shop.example"]
    wanted = "authorization,content-type,idempotency-key,if-match,x-admin-token,x-cart-token"
    answer = anonymous.options(
        "/api/v1/orders",
        headers={
            "Origin": "https://shop.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": wanted,
        },
    )

    assert answer.status_code == 200
    assert set(wanted.split(",")) <= set(answer["Access-Control-Allow-Headers"].split(", "))
    assert "Access-Control-Allow-Credentials" not in answer


@pytest.mark.parametrize("host", ["evil.example", "a b", "shop.example:x", "[::1", "shop..example"])
def test_a_host_that_is_no_shops_is_refused(client, settings, host):
    settings.ALLOWED_HOSTS = ["shop.example"]
    answer = client.get("/api/v1/products", headers={"Host": host})

    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)
    assert answer.json()["code"] == "unknown_host"


def test_a_form_from_elsewhere_is_a_problem_too():
    answer = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "x"})

    assert (answer.status_code, answer["Content-Type"]) == (403, PROBLEM)
    assert answer.json()["code"] == "csrf_failed"


@pytest.mark.parametrize("path", ["products", "orders", "auth/token", "stock", "me"])
def test_a_route_says_nothing_of_itself_but_in_the_schema(staff_client, path):
    answer = staff_client.options(f"/api/v1/{path}")

    assert (answer.status_code, answer["Content-Type"]) == (405, PROBLEM)


# --- what only a real server sees


@pytest.fixture(scope="module")
def url(django_db_setup, django_db_blocker) -> Iterator[str]:
    with django_db_blocker.unblock(), served() as where:
        yield where


JSON = "Content-Type: application/json"
RAW = {
    "an unknown host": (400, "GET /api/v1/products HTTP/1.1|Host: evil.example||"),
    "no number for a length": (
        400,
        f"POST /api/v1/auth/token HTTP/1.1|Host: localhost|{JSON}|Content-Length: x||{{}}",
    ),
    "a negative length": (
        400,
        f"POST /api/v1/auth/token HTTP/1.1|Host: localhost|{JSON}|Content-Length: -1||{{}}",
    ),
    "a length that is too small": (
        400,
        f"POST /api/v1/auth/token HTTP/1.1|Host: localhost|{JSON}|Content-Length: 1||{{}}",
    ),
    "two lengths": (
        400,
        (
            f"POST /api/v1/auth/token HTTP/1.1|Host: localhost|{JSON}|Content-Length: 2|"
            "Content-Length: 3||{}"
        ),
    ),
    "length and chunks": (
        400,
        (
            f"POST /api/v1/auth/token HTTP/1.1|Host: localhost|{JSON}|Content-Length: 4|"
            "Transfer-Encoding: chunked||0||"
        ),
    ),
    "chunks": (
        411,
        (
            f"POST /api/v1/auth/token HTTP/1.1|Host: localhost|{JSON}|"
            "Transfer-Encoding: chunked||2|{}|0||"
        ),
    ),
    "a NUL in a header": (400, "GET /api/v1/products HTTP/1.1|Host: localhost|X-A: a\x00b||"),
    "a long header": (431, f"GET /api/v1/products HTTP/1.1|Host: localhost|X: {'x' * 9000}||"),
    "a long address": (414, f"GET /api/v1/products?q={'x' * 9000} HTTP/1.1|Host: localhost||"),
    "no method": (400, "g(t /api/v1/products HTTP/1.1|Host: localhost||"),
    "no HTTP": (400, "GET /api/v1/products HTTP/9|Host: localhost||"),
    "a body that is too large": (
        413,
        f"POST /api/v1/auth/token HTTP/1.1|Host: localhost|{JSON}|Content-Length: 1500000||"
        + "x" * 1_500_000,
    ),
}


@pytest.mark.parametrize(("status", "sent"), RAW.values(), ids=RAW)
def test_what_no_client_library_would_send_is_a_problem_too(url, status, sent):
    answer = exchange(url, sent.replace("|", "\r\n").replace("HTTP/1.1\r\n", _CLOSING, 1))
    head, _, body = answer.partition(b"\r\n\r\n")

    assert int(head.split()[1]) == status, answer[:300]
    assert b"application/problem+json" in head
    assert json.loads(body[body.index(b"{") : body.rindex(b"}") + 1])["code"]


_CLOSING = "HTTP/1.1\r\nConnection: close\r\n"


def exchange(url: str, sent: str) -> bytes:
    """This function will send bytes as they are, and return all that comes back."""
    where = urlparse(url)
    answer = b""
    with socket.create_connection((where.hostname, where.port), timeout=20) as connection:
        connection.sendall(sent.encode("latin-1"))
        while piece := connection.recv(65_536):
            answer += piece
    return answer
