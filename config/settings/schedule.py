"""What beat starts."""

from typing import Any

_HOUR = 3600


def expiring(schedule: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """This function will give each entry's messages an end: when the next one is due, or after an
    hour. Workers that were away find the last of each when they come back, not all of them."""
    return {name: entry | {"options": _options(entry)} for name, entry in schedule.items()}


def _options(entry: dict[str, Any]) -> dict[str, Any]:
    period = entry["schedule"]
    expires = period if isinstance(period, int | float) else _HOUR
    return {"expires": expires} | entry.get("options", {})
