from argparse import ArgumentTypeError
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from apps.core.moments import moment


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
        ("2026-11-20T18:30", datetime(2026, 11, 20, 18, 30, tzinfo=UTC)),
        ("2026-11-20 18:30:15", datetime(2026, 11, 20, 18, 30, 15, tzinfo=UTC)),
        ("2026-11-20T18:30Z", datetime(2026, 11, 20, 18, 30, tzinfo=UTC)),
        ("2026-11-20T18:30+02:00", datetime(2026, 11, 20, 16, 30, tzinfo=UTC)),
    ],
)
def test_a_time_is_utc_unless_it_says_otherwise(text, meant):
    assert moment(text) == meant


@pytest.mark.parametrize(
    ("text", "ago"),
    [
        ("30m", timedelta(minutes=30)),
        ("2h", timedelta(hours=2)),
        ("7d", timedelta(days=7)),
    ],
)
def test_a_time_may_be_so_long_ago(text, ago):
    before = timezone.now()
    assert before <= moment(text) + ago <= timezone.now()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "h",
        "-2h",
        "2 h",
        "٣h",
        "9999999h",
        "999999d",
        "2026-02-30",
        "2026-11-20T25:00",
        "0001-01-01T00:00:00+23:59",
        "9" * 5000,
    ],
)
def test_refuses_what_is_no_time(text):
    with pytest.raises(ArgumentTypeError, match="is neither a time like 2026-11-20T18:30 nor"):
        moment(text)
