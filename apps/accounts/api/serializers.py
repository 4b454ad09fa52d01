from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError as InvalidPassword
from django.core.validators import RegexValidator
from django_countries import countries
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import get_error_detail

from apps.accounts.data_registry import Reason
from apps.accounts.models import Address, User
from apps.accounts.password_rules import LONGEST_PASSWORD
from apps.core.serializers import InputSerializer


class LineField(serializers.CharField):
    """One line of text: a line break in a name is an attack on a mail's header."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators.append(RegexValidator(r"^[^\x00-\x1f\x7f\u2028\u2029]*\Z"))


@extend_schema_field({"type": "string", "pattern": "^[A-Z]{2}$", "example": "GB"})
class CountryCodeField(serializers.CharField):
    """An ISO 3166-1 alpha-2 code."""

    default_error_messages = {"unknown_country": "Not an ISO 3166-1 alpha-2 code."}

    def to_internal_value(self, data: Any) -> str:
        code: str = super().to_internal_value(data)
        if code not in countries.countries:
            self.fail("unknown_country")
        return code


class PasswordField(serializers.CharField):
    """A password as it was typed: spaces around it belong to it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST_PASSWORD, trim_whitespace=False, **kwargs)


class RegisterInput(InputSerializer):
    may_hold_long_numbers = frozenset({"password"})

    email = serializers.EmailField(max_length=254)
    password = PasswordField()
    full_name = LineField(max_length=150, required=False, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        person = User(email=attrs["email"], full_name=attrs["full_name"])
        try:
            validate_password(attrs["password"], user=person)
        except InvalidPassword as error:
            raise serializers.ValidationError({"password": get_error_detail(error)}) from error
        return attrs


class TokenInput(InputSerializer):
    """E-mail and password. The other fields are what OAuth 2 clients send along (RFC 6749, 4.3.2);
    they change nothing."""

    # Also the e-mail address: whoever has one that begins with a telephone number gets in.
    may_hold_long_numbers = frozenset({"username", "password", "otp", "client_id", "client_secret"})

    username = serializers.CharField(max_length=254, help_text="The e-mail address.")
    password = PasswordField()
    otp = serializers.CharField(
        max_length=40,
        required=False,
        allow_blank=True,
        help_text="A code of the authenticator, or a recovery code, of who has a second factor.",
    )
    grant_type = serializers.RegexField("^password$", required=False)
    scope = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    client_id = serializers.CharField(max_length=255, required=False, allow_blank=True)
    client_secret = serializers.CharField(max_length=255, required=False, allow_blank=True)


class RefreshInput(InputSerializer):
    may_hold_long_numbers = frozenset({"refresh"})

    refresh = serializers.CharField(max_length=4096)


class LogOutInput(InputSerializer):
    may_hold_long_numbers = frozenset({"refresh"})

    refresh = serializers.CharField(
        max_length=4096,
        required=False,
        help_text="Of the session to end; without it, that of the access token.",
    )


class JwkOutput(serializers.Serializer[Any]):
    kty = serializers.CharField()
    use = serializers.CharField()
    alg = serializers.CharField()
    kid = serializers.CharField()
    n = serializers.CharField()
    e = serializers.CharField()


class JwkSetOutput(serializers.Serializer[Any]):
    """The keys to check tokens with (RFC 7517)."""

    keys = JwkOutput(many=True)


class TokenPairOutput(serializers.Serializer[Any]):
    access = serializers.CharField(source="grant.access")
    refresh = serializers.CharField()
    token_type = serializers.CharField(source="grant.token_type")
    expires_in = serializers.IntegerField(source="grant.expires_in", help_text="Seconds.")


class VerifyEmailInput(InputSerializer):
    may_hold_long_numbers = frozenset({"token"})

    token = serializers.CharField(max_length=200, help_text="As it was mailed.")


class ForgottenPasswordInput(InputSerializer):
    email = serializers.EmailField(max_length=254)


class ResetPasswordInput(InputSerializer):
    may_hold_long_numbers = frozenset({"token", "password"})

    token = serializers.CharField(max_length=200, help_text="As it was mailed.")
    password = PasswordField(help_text="The new one.")


class ChangePasswordInput(InputSerializer):
    may_hold_long_numbers = frozenset({"present_password", "password"})

    present_password = PasswordField()
    password = PasswordField(help_text="The new one.")


class PersonOutput(serializers.ModelSerializer[User]):
    id = serializers.UUIDField(source="public_id")
    email = serializers.EmailField()
    email_verified = serializers.BooleanField(source="is_email_verified")

    class Meta:
        model = User
        fields = ["id", "email", "email_verified", "full_name", "is_staff", "created_at"]
        read_only_fields = fields


class CustomerInput(InputSerializer):
    email = serializers.EmailField(max_length=254)
    full_name = LineField(max_length=150, required=False, allow_blank=True)


class UpdateCustomerInput(CustomerInput):
    is_active = serializers.BooleanField(required=False)


class CustomerOutput(PersonOutput):
    email = serializers.CharField(help_text="Empty once the person is forgotten.")

    class Meta:
        model = User
        fields = ["id", "email", "email_verified", "full_name", "is_active", "created_at"]
        read_only_fields = fields


class UpdateMeInput(InputSerializer):
    full_name = LineField(max_length=150, allow_blank=True)


class EraseMeInput(InputSerializer):
    may_hold_long_numbers = frozenset({"password"})

    password = PasswordField(help_text="Once more: a token that was stolen must not be enough.")


class KeptOutput(serializers.Serializer[Any]):
    section = serializers.CharField(help_text="As in the export.")
    count = serializers.IntegerField()
    reason = serializers.ChoiceField(choices=[one.value for one in Reason])
    explanation = serializers.CharField()


class ErasureOutput(serializers.Serializer[Any]):
    """What stays, and why. Everything else is gone."""

    id = serializers.UUIDField(source="person.public_id")
    erased_at = serializers.DateTimeField()
    kept = KeptOutput(many=True)


class AddressInput(InputSerializer):
    may_hold_long_numbers = frozenset({"phone"})

    full_name = LineField(max_length=150)
    company = LineField(max_length=150, required=False, allow_blank=True)
    street = LineField(max_length=200)
    street_extra = LineField(max_length=200, required=False, allow_blank=True)
    postal_code = LineField(max_length=20, required=False, allow_blank=True)
    city = LineField(max_length=100)
    region = LineField(max_length=100, required=False, allow_blank=True)
    country = CountryCodeField()
    phone = LineField(max_length=30, required=False, allow_blank=True)
    is_default = serializers.BooleanField(required=False)


class AddressOutput(serializers.ModelSerializer[Address]):
    id = serializers.UUIDField(source="public_id")
    country = CountryCodeField(source="country.code")

    class Meta:
        model = Address
        fields = [
            "id",
            "full_name",
            "company",
            "street",
            "street_extra",
            "postal_code",
            "city",
            "region",
            "country",
            "phone",
            "is_default",
            "created_at",
            "updated_at",
        ]
        read_only_fields = fields
