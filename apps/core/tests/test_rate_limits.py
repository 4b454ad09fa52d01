"""What is counted, for whom, and what happens while Redis is away."""

import time
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django_redis import get_redis_connection
from structlog.testing import capture_logs

from apps.backoffice.tests.frozen import closed_port, frozen_server
from apps.core import rate_limits
from apps.core.rate_limits import TooManyRequests, count_use
from apps.core.rates import Rate, read_rate
from apps.core.throttling import declared_limits


@pytest.fixture(autouse=True)
def _nothing_counted(settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"login": "3/30d", "default": "3/30d"}
    rate_limits.forget()
    yield
    rate_limits.forget()


@pytest.fixture
def limits_at(settings):
    def at(port):
        limits = settings.CACHES["limits"] | {
            "LOCATION": f"redis://127.0.0.1:{port}/0?socket_timeout=0.25"
        }
        settings.CACHES = settings.CACHES | {"limits": limits}

    return at


def somebody() -> str:
    return f"address {uuid4()}"


def counts(limit: str, client: str, times: int) -> list[int | None]:
    used = [count_use(limit=limit, client=client) for _ in range(times)]
    return [usage and usage.count for usage in used]


def test_each_client_has_a_count_of_their_own():
    one, other = somebody(), somebody()

    assert counts("login", one, 4) == [1, 2, 3, 4]
    assert counts("login", other, 2) == [1, 2]


def test_each_limit_has_a_count_of_its_own():
    client = somebody()

    assert counts("login", client, 2) == [1, 2]
    assert counts("default", client, 2) == [1, 2]


def test_what_is_above_the_limit_is_refused_until_the_window_ends():
    client = somebody()
    for _ in range(3):
        count_use(limit="login", client=client).require_room()

    with pytest.raises(TooManyRequests) as refusal:
        count_use(limit="login", client=client).require_room()

    assert refusal.value.extensions["limit"] == "login"
    assert 1 <= refusal.value.extensions["retry_after"] <= 2592000


def test_a_limit_that_is_off_counts_nothing(settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"login": "off"}

    assert count_use(limit="login", client=somebody()) is None


def test_no_personal_data_is_in_the_counters_names():
    redis = get_redis_connection("limits")
    client = "account ada.of.the.counters@example.com"

    count_use(limit="login", client=client)

    names = [name.decode() for name in redis.scan_iter("tradepost-limits:*", count=1000)]
    assert names
    assert not [name for name in names if "ada.of" in name]


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("100/60s", Rate(100, 60)),
        ("10/15m", Rate(10, 900)),
        ("5/m", Rate(5, 60)),
        ("1/h", Rate(1, 3600)),
        ("7/2d", Rate(7, 172800)),
        ("off", None),
    ],
)
def test_a_rate_is_read(text, rate):
    assert read_rate(text) == rate


@pytest.mark.parametrize("text", ["", "10", "0/m", "10/0m", "10/m/m", "ten/m", "-1/m", "10/1w"])
def test_what_is_no_rate_is_named(text):
    with pytest.raises(ValueError, match="no rate"):
        read_rate(text)


# --- without Redis


@pytest.mark.parametrize("dead", [True, False], ids=["dead", "frozen"])
def test_without_redis_log_ins_are_counted_by_the_process_and_reads_by_nobody(limits_at, dead):
    client = somebody()
    with frozen_server() as port, capture_logs() as logs:
        limits_at(closed_port() if dead else port)

        assert counts("login", client, 4) == [1, 2, 3, 4]
        assert counts("default", client, 2) == [None, None]

    assert {line["event"] for line in logs} == {"rate_limits_without_redis"}


def test_a_frozen_redis_costs_one_request_its_time_out_and_not_each(limits_at):
    with frozen_server() as port:
        limits_at(port)
        began = time.monotonic()
        counts("default", somebody(), 50)

    assert time.monotonic() - began < 1


def test_redis_is_asked_again_after_a_while(limits_at, monkeypatch, settings):
    there = settings.CACHES
    client = somebody()
    limits_at(closed_port())
    assert counts("default", client, 1) == [None]
    settings.CACHES = there
    assert counts("default", client, 1) == [None]

    later = time.monotonic() + 2.5
    monkeypatch.setattr(time, "monotonic", lambda: later)

    assert counts("default", client, 2) == [1, 2]


def test_the_count_of_a_process_ends_with_its_window(limits_at, monkeypatch):
    client = somebody()
    limits_at(closed_port())
    assert counts("login", client, 3) == [1, 2, 3]

    later = time.monotonic() + 2592001
    monkeypatch.setattr(time, "monotonic", lambda: later)

    assert counts("login", client, 1) == [1]


def test_a_process_counts_so_many_clients_at_most(limits_at, monkeypatch):
    monkeypatch.setattr(rate_limits, "_MOST_COUNTED_HERE", 2)
    limits_at(closed_port())
    for client in ("one", "two", "three"):
        count_use(limit="login", client=client)

    assert counts("login", "three", 1) == [2]
    assert counts("login", "one", 1) == [1]


# --- which limits a view has


@pytest.mark.parametrize(
    ("view", "names"),
    [
        (SimpleNamespace(), ["default"]),
        (SimpleNamespace(limits={"post": ("login",)}), ["default", "login"]),
        (SimpleNamespace(limits={"create": ("order",)}, action="create"), ["default", "order"]),
        (SimpleNamespace(limits={"create": ("order",)}, action="list"), ["default"]),
        (SimpleNamespace(default_limit="webhook"), ["webhook"]),
        (SimpleNamespace(default_limit=None), []),
    ],
)
def test_a_view_says_what_else_it_counts_on(view, names):
    assert declared_limits(view, "POST") == names
