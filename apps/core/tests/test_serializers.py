from decimal import Decimal

import pytest
from django.http import QueryDict
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


class ParcelInput(InputSerializer):
    may_hold_long_numbers = frozenset({"tracking_number"})

    note = serializers.CharField(required=False)
    email = serializers.EmailField(required=False)
    tags = serializers.ListField(child=serializers.CharField(), required=False)
    details = serializers.DictField(required=False)
    tracking_number = serializers.CharField(required=False)


class ConsignmentInput(InputSerializer):
    parcels = ParcelInput(many=True)


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({"note": "my card is 4242 4242 4242 4242"}, "note"),
        ({"note": 4242424242424242}, "note"),
        ({"email": "4242424242424242@example.com"}, "email"),
        ({"tags": ["red", "4242424242424242"]}, "tags.1"),
        ({"details": {"card": {"number": 4242424242424242}}}, "details.card.number"),
    ],
)
def test_a_text_with_a_card_number_is_refused(data, path):
    serializer = ParcelInput(data=data)
    assert not serializer.is_valid()
    found = {name: [error.code for error in some] for name, some in serializer.errors.items()}
    assert found == {path: ["card_number_refused"]}


def test_a_card_number_is_found_however_deep_it_is():
    serializer = ConsignmentInput(data={"parcels": [{}, {"note": "4242424242424242"}]})
    assert not serializer.is_valid()
    assert serializer.errors["parcels"][1]["note"][0].code == "card_number_refused"


def test_a_field_may_hold_long_numbers_of_its_own():
    assert ParcelInput(data={"tracking_number": "4242424242424242"}).is_valid()


def test_only_fields_may_hold_long_numbers():
    with pytest.raises(TypeError, match="MisspeltInput has no barcode"):

        class MisspeltInput(InputSerializer):
            may_hold_long_numbers = frozenset({"barcode"})


def test_a_change_says_what_to_change():
    serializer = PriceInput(data={}, partial=True)
    assert not serializer.is_valid()
    assert serializer.errors["non_field_errors"][0].code == "empty"


class ChoiceInput(InputSerializer):
    is_default = serializers.BooleanField()


@pytest.mark.parametrize("value", ["true", "yes", 1, 0, None, [], {}])
def test_only_true_and_false_are_true_or_false(value):
    serializer = ChoiceInput(data={"is_default": value})

    assert not serializer.is_valid()
    assert serializer.errors["is_default"][0].code == "invalid"


def test_in_a_form_all_is_text():
    serializer = ChoiceInput(data=QueryDict("is_default=true"))

    assert serializer.is_valid()
    assert serializer.validated_data == {"is_default": True}
