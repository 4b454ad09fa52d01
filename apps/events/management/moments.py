"""Points in time as people write them on a command line."""

import re
from argparse import ArgumentTypeError
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_datetime

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def moment(text: str) -> datetime:
    """This function will understand 2026-11-20, 2026-11-20T18:30, with or without an offset (UTC
    otherwise), and 30m, 2h or 7d: so long ago.

    Raises:
        ArgumentTypeError: it is none of these.
    """
    try:
        if ago := re.fullmatch(r"(\d{1,6})([mhd])", text):
            return timezone.now() - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        found = parse_datetime(text if "T" in text or " " in text else f"{text}T00:00")
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise ArgumentTypeError(f"{text!r} is neither a time like 2026-11-20T18:30 nor like 2h")
    return found if timezone.is_aware(found) else timezone.make_aware(found)
