import time
from types import SimpleNamespace

from apps.core.ids import uuid7


def test_is_a_version_7_uuid():
    made = uuid7()
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"


def test_carries_the_time_in_milliseconds(monkeypatch):
    # A test that looked into the future may have made ids there.
    monkeypatch.setattr("apps.core.ids._last", 0)
    before = time.time_ns() // 1_000_000
    made = uuid7().int >> 80
    assert before <= made <= time.time_ns() // 1_000_000


def test_later_ids_sort_later_even_within_a_millisecond():
    made = [uuid7() for _ in range(10_000)]
    assert made == sorted(made)
    assert len(set(made)) == 10_000


def test_clock_that_is_set_back_does_not_repeat_or_reorder(monkeypatch):
    before = uuid7()
    monkeypatch.setattr("apps.core.ids.time", SimpleNamespace(time_ns=lambda: 1_000_000_000))
    assert before < uuid7() < uuid7()
