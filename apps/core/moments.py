"""Points in time as people write them on a command line."""

import re
from argparse import ArgumentTypeError
from datetime import UTC, datetime, timedelta

from django.utils import timezone

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def moment(text: str) -> datetime:
    """This function will understand 2026-11-20, 2026-11-20T18:30, with or without an offset (UTC
    otherwise), and 30m, 2h or 7d: so long ago.

    Raises:
        ArgumentTypeError: it is none of these.
    """
    try:
        if ago := re.fullmatch(r"([0-9]{1,6})([mhd])", text):
            return timezone.now() - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        complaint = f"{text!r} is neither a time like 2026-11-20T18:30 nor like 2h"
        raise ArgumentTypeError(complaint) from error
