"""Addresses of mail. Pure text: nothing is looked up."""

from email.headerregistry import Address
from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from apps.stores.models import Store


def one_line(text: str) -> str:
    """This function will return text that fits into a header: no line ends, nothing invisible."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def can_be_mailed(address: str) -> bool:
    """This function will tell whether an address is one, to a mail server."""
    try:
        validate_email(address)
        # A domain may have letters of any language: they are spelled in ASCII on the way.
        return address.isprintable() and address.rpartition("@")[0].isascii()
    except ValidationError:
        return False


def sender_of(store: Store) -> str:
    """This function will return who a store's mails come from, as a header says it."""
    if not can_be_mailed(store.email):
        return settings.DEFAULT_FROM_EMAIL
    user, _, domain = store.email.rpartition("@")
    name = one_line(store.name)
    return str(Address(display_name=name, username=user.strip('"'), domain=domain))


def domain_of(sender: str) -> str:
    """This function will return the domain of a header's address, in ASCII."""
    _, at, domain = parseaddr(sender)[1].rpartition("@")
    try:
        return domain.encode("idna").decode("ascii") if at and domain else "localhost"
    except UnicodeError:
        return "localhost"
