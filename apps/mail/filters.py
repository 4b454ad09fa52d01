"""How the templates of mails write what is not text."""

from babel.numbers import format_currency
from django.conf import settings
from django.template import Library
from django.utils.translation import to_locale

from apps.core.money import Money
from apps.mail.addresses import one_line

register = Library()


@register.filter
def money(value: Money, locale: str = "") -> str:
    """This function will write an amount as people do: €19.99, or 19,99 € for the locale "de"."""
    written_in = locale or to_locale(settings.LANGUAGE_CODE)
    return format_currency(value.rounded().amount, value.currency, locale=written_in)


@register.filter
def line(value: object) -> str:
    """This function will keep what somebody typed on one line."""
    return one_line(str(value))
