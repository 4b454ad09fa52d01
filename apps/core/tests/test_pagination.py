import pytest
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from apps.core.pagination import wanted_page_size


def asked(query: str) -> int:
    return wanted_page_size(Request(APIRequestFactory().get(f"/?{query}")))


@pytest.mark.parametrize(
    ("query", "size"),
    [
        ("", 20),
        ("page_size=1", 1),
        ("page_size=99", 99),
        ("page_size=100", 100),
        ("page_size=101", 100),
        ("page_size=007", 7),
        ("page_size=" + "9" * 5000, 100),
    ],
)
def test_a_page_holds_what_is_asked_for_and_a_hundred_at_most(query, size):
    assert asked(query) == size


@pytest.mark.parametrize("size", ["", "0", "000", "-1", "1.5", "many", "null", "%00", "²", "٣"])
def test_what_is_no_number_of_things_is_refused(size):
    with pytest.raises(ValidationError) as refusal:
        asked(f"page_size={size}")

    assert list(refusal.value.detail) == ["page_size"]
