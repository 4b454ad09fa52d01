import pytest

from apps.core.card_numbers import fields_with_card_number, holds_card_number


@pytest.mark.parametrize(
    "text",
    [
        "4242424242424242",
        "4242 4242 4242 4242",
        "4242-4242-4242-4242",
        "378282246310005",
        "3782 822463 10005",
        "4222222222222",
        "6304000000000000000",
        "my card is 4242424242424242, thanks",
        "tok_4242424242424242",
        "x4242424242424242x",
    ],
)
def test_sees_card_numbers(text):
    assert holds_card_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "success",
        "4242424242424241",
        "424242424242",
        "42424242424242424242",
        "pm_1N4242424242424241",
        "0b3d4f6e-1c2a-7c3d-8e4f-446655440000",
        "2026-11-20 16:30",
        "+49 30 901820",
    ],
)
def test_lets_everything_else_pass(text):
    assert not holds_card_number(text)


def test_names_the_fields_however_deep_they_are():
    body = {
        "gateway": "simulated",
        "payment_method": "4242 4242 4242 4242",
        "number": 4242424242424242,
        "nested": [{"note": "fine"}, {"note": "4242424242424242"}],
    }
    assert fields_with_card_number(body) == ["payment_method", "number", "nested.1.note"]


def test_a_body_that_is_a_plain_text_is_searched_too():
    assert fields_with_card_number("4242424242424242") == [""]
