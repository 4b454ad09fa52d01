from decimal import Decimal

import pytest
from rest_framework import serializers

from apps.core.money import Money
from apps.core.serializers import InputSerializer, MoneyField


class PriceInput(InputSerializer):
    price = MoneyField()
    name = serializers.CharField(read_only=True)


def codes(data: object) -> dict[str, list[str]]:
    serializer = PriceInput(data=data)
    assert not serializer.is_valid()
    return {name: [error.code for error in found] for name, found in serializer.errors.items()}


def test_reads_and_writes_money():
    serializer = PriceInput(data={"price": {"amount": "19.90", "currency": "EUR"}})
    assert serializer.is_valid()
    assert serializer.validated_data["price"] == Money(Decimal("19.90"), "EUR")
    shown = MoneyField().to_representation(Money(Decimal("19.9000"), "EUR"))
    assert shown == {"amount": "19.90", "currency": "EUR"}


@pytest.mark.parametrize(
    ("price", "code"),
    [
        ("19.90", "not_money"),
        ({"amount": 19.9, "currency": "EUR"}, "not_money"),
        ({"amount": "19.90"}, "not_money"),
        ({"amount": "19.90", "currency": "EUR", "tax": 1}, "not_money"),
        ({"amount": "1e3", "currency": "EUR"}, "not_money"),
        ({"amount": "NaN", "currency": "EUR"}, "not_money"),
        ({"amount": "٣", "currency": "EUR"}, "not_money"),
        ({"amount": "12,50", "currency": "EUR"}, "not_money"),
        ({"amount": "1.", "currency": "EUR"}, "not_money"),
        ({"amount": "19.999", "currency": "EUR"}, "too_precise"),
        ({"amount": "1.5", "currency": "JPY"}, "too_precise"),
        ({"amount": "1", "currency": "BTC"}, "unknown_currency"),
        ({"amount": "1" * 16, "currency": "EUR"}, "out_of_range"),
    ],
)
def test_refuses_what_is_not_exact_money(price, code):
    assert codes({"price": price}) == {"price": [code]}


def test_unknown_and_read_only_fields_are_refused():
    good = {"amount": "1", "currency": "EUR"}
    assert codes({"price": good, "status": 1}) == {"status": ["unknown_field"]}
    assert codes({"price": good, "name": "x"}) == {"name": ["unknown_field"]}


def test_a_number_is_no_text():
    class NameInput(InputSerializer):
        name = serializers.CharField()

    serializer = NameInput(data={"name": 5})
    assert not serializer.is_valid()
    assert serializer.errors["name"][0].code == "invalid"


def test_a_change_says_what_to_change():
    serializer = PriceInput(data={}, partial=True)
    assert not serializer.is_valid()
    assert serializer.errors["non_field_errors"][0].code == "empty"
