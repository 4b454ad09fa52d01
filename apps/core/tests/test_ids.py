import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import RFC_4122

from apps.core.ids import first_id_at, uuid7, uuid7_at


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


def test_what_is_written_down_later_sorts_by_when_it_was():
    earlier = uuid7_at(datetime(2010, 12, 1, 8, 26, tzinfo=UTC))
    later = uuid7_at(datetime(2010, 12, 1, 8, 27, tzinfo=UTC))
    assert earlier < later < uuid7()
    assert (earlier.version, earlier.variant) == (7, RFC_4122)
    assert earlier.int >> 80 == 1_291_191_960_000


def test_ids_since_a_moment_are_told_from_those_before_it():
    moment = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    first = first_id_at(moment)

    assert all(uuid7_at(moment) >= first for _ in range(50))
    assert uuid7_at(moment - timedelta(milliseconds=1)) < first
    assert first_id_at(datetime(1, 1, 2, tzinfo=UTC)) == first_id_at(
        datetime(1970, 1, 1, tzinfo=UTC)
    )
