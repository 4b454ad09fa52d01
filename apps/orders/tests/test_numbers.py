import re

import pytest

from apps.orders.numbers import new_number, spelled_number


def test_numbers_are_eight_unmistakable_characters():
    for _ in range(200):
        assert re.fullmatch(r"[2-9A-HJKMNP-TV-Z]{4}-[2-9A-HJKMNP-TV-Z]{4}", new_number())


@pytest.mark.parametrize("typed", ["K7QF-9W2M", "k7qf-9w2m", "K7QF9W2M", " k7qf9w2m "])
def test_a_number_is_understood_however_it_is_typed(typed):
    assert spelled_number(typed) == "K7QF-9W2M"


@pytest.mark.parametrize("typed", ["", "K7QF-9W2", "K7QF-9W2MX", "K7QF-9W20", "K7-QF9W2M"])
def test_what_cannot_be_a_number_is_none(typed):
    assert spelled_number(typed) is None
