"""Limits as a client meets them, and what does not get around them.

The windows are so long that none ends while a test runs.
"""

from uuid import uuid4

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

from apps.accounts.tests.factories import UserFactory
from apps.core import rate_limits
from conftest import client_of

TOKEN = "/api/v1/auth/token"


@pytest.fixture(autouse=True)
def _forgotten(settings):
    """No test meets the counters of another."""
    settings.RATELIMIT_CACHE_PREFIX = f"{uuid4()}:"
    rate_limits.forget()
    yield
    rate_limits.forget()


@pytest.fixture
def limited(settings):
    def to(**rates):
        settings.RATE_LIMITS = settings.RATE_LIMITS | rates

    return to


@pytest.fixture
def evaluated(monkeypatch):
    """How many passwords were hashed to be compared."""
    seen = []
    honest = MD5PasswordHasher.encode

    def encode(hasher, password, salt):
        seen.append(password)
        return honest(hasher, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", encode)
    return seen


def guess(email="ada@example.com", *, headers=None, address="203.0.113.7", browser=None):
    body = {"username": email, "password": "not the password"}
    client = browser or APIClient()
    return client.post(TOKEN, body, headers=headers or {}, REMOTE_ADDR=address)


def test_a_refusal_says_when_to_come_again(store, limited):
    limited(login="2/30d")
    answers = [guess(f"{n}@example.com") for n in range(3)]

    assert [answer.status_code for answer in answers] == [401, 401, 429]
    refused = answers[-1]
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["code"] == "too_many_requests"
    assert refused.json()["limit"] == "login"
    assert 1 <= int(refused["Retry-After"]) <= 2592000
    assert refused["RateLimit-Policy"] == '"login";q=2;w=2592000'
    assert refused["RateLimit"].startswith('"login";r=0;t=')


def test_every_answer_says_how_its_caller_stands(store, limited):
    limited(default="100/30d")
    answer = APIClient().get("/api/v1/products", REMOTE_ADDR="203.0.113.8")

    assert answer.status_code == 200
    assert answer["RateLimit-Policy"] == '"default";q=100;w=2592000'
    assert answer["RateLimit"].startswith('"default";r=99;t=')


def test_a_browser_may_read_how_it_stands(store, limited, settings):
    settings.CORS_ALLOWED_ORIGINS = ["https://shop.example"]
    limited(default="100/30d")
    answer = APIClient().get("/api/v1/products", headers={"Origin": "https://shop.example"})

    exposed = answer["Access-Control-Expose-Headers"]
    assert {"RateLimit", "RateLimit-Policy", "Retry-After"} <= set(exposed.split(", "))


def test_no_password_is_evaluated_for_who_is_refused(store, limited, evaluated):
    UserFactory(store=store, email="ada@example.com")
    evaluated.clear()
    limited(login="3/30d")

    assert [guess().status_code for _ in range(5)] == [401, 401, 401, 429, 429]
    assert len(evaluated) == 3


def test_one_account_is_guessed_at_from_many_addresses_only_so_often(store, limited, evaluated):
    UserFactory(store=store, email="ada@example.com")
    evaluated.clear()
    limited(login_account="3/30d")
    spellings = ["ada@example.com", "ADA@example.com", " ada@example.com", "Ada@Example.Com "]

    answers = [guess(email, address=f"203.0.113.{n}") for n, email in enumerate(spellings)]

    assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
    assert answers[-1].json()["limit"] == "login_account"
    assert guess("grace@example.com").status_code == 401
    assert len(evaluated) == 4


def test_an_account_that_does_not_exist_is_limited_alike(store, limited):
    limited(login_account="1/30d")

    assert [guess("nobody@example.com").status_code for _ in range(2)] == [401, 429]


def test_a_password_asked_for_again_counts_on_who_is_logged_in(store, limited):
    limited(login_account="1/30d")
    client = client_of(UserFactory(store=store))

    def forget_me(address):
        return client.delete("/api/v1/me", {"password": "no"}, REMOTE_ADDR=address).status_code

    assert forget_me("203.0.113.1") != 429
    assert forget_me("203.0.113.2") == 429


def test_the_password_form_of_oauth_counts_too(store, limited):
    limited(login="1/30d", login_account="5/30d")
    form = "username=ada%40example.com&password=x"
    guess()
    answer = APIClient().generic(
        "POST", TOKEN, form, "application/x-www-form-urlencoded", REMOTE_ADDR="203.0.113.7"
    )

    assert answer.status_code == 429


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "Client-IP"])
def test_forged_forwarding_headers_do_not_help(store, limited, header):
    limited(login="1/30d")
    guess(headers={header: "198.51.100.1"})

    assert guess(headers={header: "198.51.100.2"}).status_code == 429


def test_behind_a_trusted_proxy_each_caller_has_a_count(store, limited, settings):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    limited(login="1/30d")

    def through_proxy(forwarded):
        return guess(headers={"X-Forwarded-For": forwarded}, address="10.0.0.1").status_code

    assert through_proxy("198.51.100.1") == 401
    assert through_proxy("198.51.100.2") == 401
    assert through_proxy("1.1.1.1, 198.51.100.2") == 429


def test_the_addresses_of_one_ipv6_subscriber_count_together(store, limited):
    limited(login="1/30d")

    assert guess(address="2001:db8:0:1::1").status_code == 401
    assert guess(address="2001:db8:0:1:ffff::2").status_code == 429
    assert guess(address="2001:db8:0:2::1").status_code == 401


def test_people_behind_one_address_do_not_count_together(store, limited):
    limited(default="1/30d")
    one, other = (client_of(UserFactory(store=store)) for _ in range(2))

    assert one.get("/api/v1/me").status_code == 200
    assert other.get("/api/v1/me").status_code == 200
    assert one.get("/api/v1/me").status_code == 429


def test_tokens_made_up_at_random_count_on_the_address(store, limited):
    limited(default="2/30d")
    answers = [
        APIClient().get(
            "/api/v1/me", headers={"Authorization": f"Bearer {n}"}, REMOTE_ADDR="203.0.113.9"
        )
        for n in range(3)
    ]

    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert "Retry-After" in answers[-1]


def test_who_is_not_let_in_counts_too(store, limited, shopper_client):
    limited(default="2/30d")
    refusals = [shopper_client.get("/api/v1/events").status_code for _ in range(3)]

    assert refusals == [403, 403, 429]


def test_a_request_counts_once_however_it_ends(store, limited):
    limited(default="3/30d")

    def ask(path, **headers):
        return APIClient().get(path, headers=headers, REMOTE_ADDR="203.0.113.10")

    assert '"default";r=2' in ask("/api/v1/products?page_size=x")["RateLimit"]
    assert '"default";r=1' in ask("/api/v1/products/none")["RateLimit"]
    assert '"default";r=0' in ask("/api/v1/products", Accept="text/csv")["RateLimit"]
    assert ask("/api/v1/products").status_code == 429


def test_orders_are_limited_by_customer(store, limited):
    limited(order="1/30d")
    one, other = (client_of(UserFactory(store=store)) for _ in range(2))

    assert one.post("/api/v1/orders", {}).status_code == 400
    assert other.post("/api/v1/orders", {}).status_code == 400
    assert one.post("/api/v1/orders", {}).json()["limit"] == "order"


def test_registrations_are_limited_by_address(store, limited):
    limited(register="1/30d")
    body = {"email": "ada@example.com", "password": "a long enough secret"}

    assert APIClient().post("/api/v1/auth/register", body).status_code == 201
    again = APIClient().post("/api/v1/auth/register", body | {"email": "grace@example.com"})
    assert again.status_code == 429


def test_who_watches_the_machine_is_never_refused(store, limited):
    limited(default="1/30d")

    assert {APIClient().get("/health").status_code for _ in range(3)} == {200}


def test_a_gateway_has_a_limit_of_its_own(store, limited):
    limited(default="1/30d", webhook="2/30d")
    answers = [APIClient().post("/api/v1/payments/webhooks/simulated", {}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [400, 400, 429]


def test_the_staff_sites_log_in_is_limited_too(store, limited, evaluated):
    UserFactory(store=store, email="ada@example.com", is_staff=True)
    evaluated.clear()
    limited(login="2/30d", login_account="2/30d")
    form = {"username": "ada@example.com", "password": "not the password"}
    answers = [Client().post("/admin/login/", form) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1]["Content-Type"] == "application/problem+json"
    assert "Retry-After" in answers[-1]
    assert len(evaluated) == 2
    assert Client().get("/admin/login/").status_code == 200


def views(resolver: URLResolver | None = None):
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from views(entry)
        elif isinstance(entry, URLPattern) and hasattr(entry.callback, "cls"):
            yield entry.callback.cls


def test_no_way_of_writing_an_address_is_another_account_at_the_staff_site(
    store, limited, evaluated
):
    limited(login_account="2/30d")

    for number, email in enumerate(
        ["ada@example.com", "ADA@example.com", "\uff41da@example.com", "ad\u1d43@example.com"]
    ):
        answer = Client().post(
            "/admin/login/",
            {"username": email, "password": "not the password"},
            REMOTE_ADDR=f"203.0.113.{number}",
        )

    assert answer.status_code == 429
    assert len(evaluated) == 2


def test_every_limit_that_a_view_names_exists(settings):
    named = {
        name for view in views() for names in getattr(view, "limits", {}).values() for name in names
    }

    assert named
    assert named <= settings.RATE_LIMITS.keys()
