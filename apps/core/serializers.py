"""What all API serializers share."""

from decimal import Decimal
from typing import Any, ClassVar

from django.http import QueryDict
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.settings import api_settings

from apps.core.card_numbers import fields_with_card_number
from apps.core.money import Money, currency_exponent

CARD_NUMBER_REFUSED = serializers.ErrorDetail(
    "Card numbers go to the gateway, never to us.", code="card_number_refused"
)
_TEXTS = (
    serializers.CharField,
    serializers.DictField,
    serializers.JSONField,
    serializers.ListField,
)


class InputSerializer(serializers.Serializer[Any]):
    """A plain set of input fields. A field it does not know is an error, not noise; so are a number
    where text belongs, a text that holds the number of a payment card, and a change that changes
    nothing."""

    # Texts that may be long numbers of other kinds, such as bar codes and parcels' numbers. One in
    # ten of those has Luhn's check digit by chance, and would be taken for a card.
    may_hold_long_numbers: ClassVar[frozenset[str]] = frozenset()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if unknown := cls.may_hold_long_numbers - cls._declared_fields.keys():
            raise TypeError(f"{cls.__name__} has no {', '.join(sorted(unknown))}")

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            refused = {name: fault for name in data if (fault := self._fault(name, data))}
            if refused := refused | self._card_numbers(data):
                raise serializers.ValidationError(refused)
            if self.partial and not data and self.parent is None:
                nothing = serializers.ErrorDetail("Say what to change.", code="empty")
                raise serializers.ValidationError({api_settings.NON_FIELD_ERRORS_KEY: [nothing]})
        return super().to_internal_value(data)

    def _fault(self, name: str, data: dict[str, Any]) -> list[serializers.ErrorDetail]:
        field = self.fields.get(name)
        if field is None or field.read_only:
            return [serializers.ErrorDetail("This field is not known.", code="unknown_field")]
        if isinstance(field, serializers.CharField) and isinstance(data[name], int | float):
            return [serializers.ErrorDetail("Not a valid string.", code="invalid")]
        is_form = isinstance(data, QueryDict)  # where all is text
        if isinstance(field, serializers.BooleanField) and not (
            is_form or isinstance(data[name], bool)
        ):
            return [serializers.ErrorDetail("Must be true or false.", code="invalid")]
        return []

    def _card_numbers(self, data: dict[str, Any]) -> dict[str, list[serializers.ErrorDetail]]:
        texts = {
            name: data[name]
            for name, field in self.fields.items()
            if name in data and isinstance(field, _TEXTS) and name not in self.may_hold_long_numbers
        }
        return {path: [CARD_NUMBER_REFUSED] for path in fields_with_card_number(texts)}


def given(
    serializer: type[InputSerializer], request: Request, *, partial: bool = False
) -> dict[str, Any]:
    """This function will return the body of a request, checked; fields of a partial one may lack.

    Raises:
        ValidationError: a field cannot be accepted.
    """
    checked = serializer(data=request.data, partial=partial)
    checked.is_valid(raise_exception=True)
    return checked.validated_data


class MoneyField(serializers.Field[Money, Any, Any, Any]):
    """`{"amount": "19.99", "currency": "EUR"}`; in it the amount is a string of at most the
    currency's own decimals, at most 15 digits before the point."""

    default_error_messages = {
        "not_money": 'Expected {{"amount": "19.99", "currency": "EUR"}}.',
        "unknown_currency": "Not an ISO 4217 currency code.",
        "too_precise": "More decimals than the currency has.",
        "out_of_range": "The amount is out of range.",
    }

    def to_representation(self, value: Money) -> dict[str, str]:
        return value.as_json()

    def to_internal_value(self, data: Any) -> Money:
        if not isinstance(data, dict) or set(data) != {"amount", "currency"}:
            self.fail("not_money")
        amount, currency = data["amount"], data["currency"]
        if not isinstance(amount, str) or not isinstance(currency, str):
            self.fail("not_money")
        try:
            exponent = currency_exponent(currency)
        except ValueError:
            self.fail("unknown_currency")
        return Money(self._amount(amount, exponent), currency)

    def _amount(self, text: str, exponent: int) -> Decimal:
        sign, digits = (text[:1], text[1:]) if text[:1] == "-" else ("", text)
        whole, point, fraction = digits.partition(".")
        if not (whole.isascii() and whole.isdigit()) or (point and not fraction.isdigit()):
            self.fail("not_money")
        if len(whole) > 15:
            self.fail("out_of_range")
        if not fraction.isascii() or len(fraction) > exponent:
            self.fail("too_precise")
        return Decimal(f"{sign}{whole}.{fraction or 0}")
