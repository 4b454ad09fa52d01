import time
from importlib import import_module

import pytest
from celery import current_app
from django.db import connections
from django.test import Client

from apps.accounts.tests.factories import UserFactory
from apps.backoffice.tests.frozen import closed_port, frozen_server
from tests.statements import at_most

pytestmark = pytest.mark.django_db(databases=["default", "audit"])

OUTSIDE = {"REMOTE_ADDR": "203.0.113.7"}


@pytest.fixture(autouse=True)
def _internal_network(settings):
    settings.INTERNAL_IPS = ["127.0.0.1", "10.0.0.0/8"]


@pytest.fixture
def broker_at(monkeypatch):
    def at(url):
        monkeypatch.setattr(current_app.conf, "broker_url", url)

    return at


@pytest.fixture
def cache_at(settings):
    def at(port):
        cache = settings.CACHES["default"] | {"LOCATION": f"redis://127.0.0.1:{port}/0"}
        settings.CACHES = {"default": cache}

    return at


@pytest.fixture
def database_at(monkeypatch):
    """Connections opened from now on go to another port; the test's own is open already."""

    def at(port):
        monkeypatch.setitem(connections.settings["default"], "HOST", "127.0.0.1")
        monkeypatch.setitem(connections.settings["default"], "PORT", port)

    return at


def timed(client, **extra):
    began = time.monotonic()
    response = client.get("/health", **extra)
    assert time.monotonic() - began < 1.5
    return response


def test_tells_the_internal_network_everything(anonymous):
    response = timed(anonymous)

    assert response.status_code == 200
    body = response.json()
    assert body["status"] == "ok"
    for service in ("database", "cache", "broker", "audit"):
        assert body[service]["works"] is True
        assert body[service]["latency_ms"] > 0
        assert body[service]["error"] == ""
    assert body["pool"] is None


def test_tells_strangers_the_whole_in_one_word(anonymous):
    assert timed(anonymous, **OUTSIDE).json() == {"status": "ok"}


def test_tells_staff_everything_wherever_they_are(staff_client):
    assert set(timed(staff_client, **OUTSIDE).json()) == {
        "status", "database", "cache", "broker", "audit", "pool"
    }  # fmt: skip


def test_tells_staff_with_a_session_everything(staff):
    browser = Client()
    browser.force_login(staff)

    assert "database" in timed(browser, **OUTSIDE).json()


def test_a_customer_is_a_stranger(shopper_client):
    assert timed(shopper_client, **OUTSIDE).json() == {"status": "ok"}


def test_staff_of_another_store_are_strangers(store):
    browser = Client()
    browser.force_login(UserFactory(is_staff=True))

    assert timed(browser, **OUTSIDE).json() == {"status": "ok"}


@pytest.mark.parametrize("header", ["X_FORWARDED_FOR", "FORWARDED", "X_REAL_IP", "VIA"])
def test_who_comes_through_a_proxy_is_not_internal(anonymous, header):
    response = anonymous.get("/health", **{f"HTTP_{header}": "10.0.0.1"})

    assert response.json() == {"status": "ok"}


@pytest.mark.parametrize(
    ("address", "internal"),
    [("10.1.2.3", True), ("::ffff:10.1.2.3", True), ("11.1.2.3", False), ("", False)],
)
def test_the_internal_network_is_a_list_of_networks(anonymous, address, internal):
    assert ("database" in anonymous.get("/health", REMOTE_ADDR=address).json()) is internal


def test_is_degraded_with_a_dead_broker(anonymous, broker_at):
    broker_at(f"amqp://guest:guest@127.0.0.1:{closed_port()}//")

    response = timed(anonymous)

    assert response.status_code == 200
    assert response.json()["status"] == "degraded"
    assert response.json()["broker"]["works"] is False
    assert "refused" in response.json()["broker"]["error"]
    assert response.json()["database"]["works"] is True


@pytest.mark.parametrize("scheme", ["amqp://guest:guest@", "redis://"])
def test_does_not_wait_for_a_frozen_broker(anonymous, broker_at, scheme):
    with frozen_server() as port:
        broker_at(f"{scheme}127.0.0.1:{port}/")

        response = timed(anonymous)

    assert response.status_code == 200
    assert response.json()["status"] == "degraded"
    assert response.json()["broker"]["error"] == "no answer within 1 s"


def test_is_degraded_with_a_dead_cache(anonymous, cache_at):
    cache_at(closed_port())

    response = timed(anonymous)

    assert response.status_code == 200
    assert response.json()["status"] == "degraded"
    assert response.json()["cache"]["works"] is False


def test_does_not_wait_for_a_frozen_cache(anonymous, cache_at):
    with frozen_server() as port:
        cache_at(port)

        response = timed(anonymous)

    assert response.json()["status"] == "degraded"
    assert response.json()["cache"]["works"] is False


def test_is_degraded_with_a_dead_audit_database(anonymous, monkeypatch):
    monkeypatch.setitem(connections.settings["audit"], "HOST", "127.0.0.1")
    monkeypatch.setitem(connections.settings["audit"], "PORT", closed_port())

    response = timed(anonymous)

    assert response.status_code == 200
    assert response.json()["status"] == "degraded"
    assert response.json()["audit"]["works"] is False
    assert anonymous.get("/health/ready").status_code == 200


def test_is_503_with_a_dead_database(anonymous, database_at):
    database_at(closed_port())

    response = timed(anonymous)

    assert response.status_code == 503
    assert response["Content-Type"] == "application/problem+json"
    assert response["Retry-After"] == "1"
    assert response.json()["code"] == "database_down"
    assert response.json()["database"]["works"] is False
    assert response.json()["cache"]["works"] is True


def test_does_not_wait_for_a_frozen_database(anonymous, database_at):
    with frozen_server() as port:
        database_at(port)

        response = timed(anonymous, **OUTSIDE)

    assert response.status_code == 503
    assert response.json()["code"] == "database_down"
    assert "database" not in response.json()


def test_live_asks_nobody(anonymous):
    with at_most(0):
        response = anonymous.get("/health/live")

    assert response.status_code == 200
    assert response.json() == {"status": "ok"}


def test_ready_once_the_migrations_are_applied(anonymous):
    response = anonymous.get("/health/ready")

    assert response.status_code == 200
    assert response.json() == {"status": "ok"}


def test_not_ready_with_a_dead_database(anonymous, database_at):
    database_at(closed_port())

    response = anonymous.get("/health/ready")

    assert response.status_code == 503
    assert response.json()["code"] == "not_ready"


def test_not_ready_while_the_database_is_behind_the_code(anonymous, monkeypatch):
    module = import_module("apps.backoffice.services.check_readiness")
    known = module._migrations_of_the_code()
    monkeypatch.setattr(
        module, "_migrations_of_the_code", lambda: known | {("stores", "9999_later")}
    )

    response = anonymous.get("/health/ready")

    assert response.status_code == 503
    assert response["Retry-After"] == "1"
    assert response.json()["code"] == "not_ready"


def test_health_can_only_be_read(anonymous):
    for path in ("/health", "/health/live", "/health/ready", "/metrics"):
        assert anonymous.post(path, {}).status_code == 405
        assert anonymous.post(path, {})["Content-Type"] == "application/problem+json"
