"""What a store's plain-text settings may be."""

import re
import zoneinfo

from django.core.exceptions import ValidationError

from apps.core.money import currency_exponent

_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*")


def validate_currency(value: str) -> None:
    """This function will refuse what is not an ISO 4217 code."""
    try:
        currency_exponent(value)
    except ValueError as error:
        raise ValidationError(str(error)) from error


def validate_time_zone(value: str) -> None:
    """This function will refuse what is not an IANA time zone."""
    if value not in zoneinfo.available_timezones():
        raise ValidationError(f"{value} is not an IANA time zone")


def validate_host(value: str) -> None:
    """This function will refuse what is not a lower-case host name without a port."""
    if not _HOST.fullmatch(value):
        raise ValidationError(f"{value} is not a lower-case host name")


def validate_line(value: str) -> None:
    """This function will refuse what is more than one line: it would break a letterhead or a mail's
    headers."""
    if any(not character.isprintable() for character in value):
        raise ValidationError("This is one line of text")
