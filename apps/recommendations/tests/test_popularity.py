from datetime import UTC, datetime, timedelta

from apps.recommendations import popularity


def test_the_landmark_lies_at_most_eight_half_lives_back():
    now = datetime(2026, 11, 27, 12, 30, tzinfo=UTC)
    mark = popularity.landmark(now=now)
    assert mark == datetime(2026, 7, 6, tzinfo=UTC)
    assert now - mark < timedelta(days=240)


def test_it_stays_where_it_is_and_then_moves_by_eight():
    mark = datetime(2026, 7, 6, tzinfo=UTC)
    assert popularity.landmark(now=mark) == mark
    assert popularity.landmark(now=mark + timedelta(days=239, hours=23)) == mark
    assert popularity.landmark(now=mark + timedelta(days=240)) == mark + timedelta(days=240)
