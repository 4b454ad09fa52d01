"""Cells that files about the past have in common."""

from datetime import UTC, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from apps.interchange.formats.cells import CellReader

LONG_AGO = datetime(1990, 1, 1, tzinfo=UTC)


def past_moment(cells: CellReader, name: str) -> datetime | None:
    """This function will return a time that has passed, `None` for a blank cell; without a zone it
    is UTC."""
    text = cells.text(name)
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        cells.refuse(name, "is not a time such as 2010-12-01T08:26:00Z")
        return None
    try:
        at = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        at = datetime.max.replace(tzinfo=UTC)
    if not LONG_AGO <= at <= datetime.now(UTC):
        cells.refuse(name, "is to come, or before there were shops like this")
        return None
    return at


def email_address(cells: CellReader, name: str) -> str:
    """This function will return an e-mail address, "" for a blank cell."""
    email = cells.text(name, most=254)
    try:
        if email:
            validate_email(email)
    except ValidationError:
        cells.refuse(name, "is no e-mail address")
    return email
