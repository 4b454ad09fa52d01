import pytest
from django.core.exceptions import ValidationError

from apps.core.filters import InstantField


def test_reads_any_offset_as_utc():
    found = InstantField().to_python("2026-11-20T12:00:00-18:54")
    assert found.isoformat() == "2026-11-21T06:54:00+00:00"


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00", "x"])
def test_refuses_what_is_no_time_in_utc(text):
    with pytest.raises(ValidationError):
        InstantField().to_python(text)
