import time

from apps.core.ids import uuid7


def test_is_a_version_7_uuid():
    made = uuid7()
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"


def test_carries_the_time_in_milliseconds():
    before = time.time_ns() // 1_000_000
    made = uuid7().int >> 80
    assert before <= made <= time.time_ns() // 1_000_000


def test_later_ids_sort_later():
    first = uuid7()
    time.sleep(0.002)
    assert first < uuid7()


def test_ids_do_not_repeat():
    assert len({uuid7() for _ in range(10_000)}) == 10_000
