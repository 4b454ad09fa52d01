"""How beat sends what it starts."""

from typing import Any

_HOUR = 3600
# Beat opens a new connection to the broker in no other case.
_AGAIN = {"max_retries": 2, "interval_start": 0, "interval_step": 0.5, "interval_max": 1}


def expiring(schedule: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """This function will give each entry's messages an end: when the next one is due, or after an
    hour. Workers that were away find the last of each when they come back, not all of them.

    They are sent again over a new connection when the broker has hung up. Elsewhere nothing waits
    for the broker, but beat has nothing else to do.
    """
    return {name: entry | {"options": _options(entry)} for name, entry in schedule.items()}


def _options(entry: dict[str, Any]) -> dict[str, Any]:
    period = entry["schedule"]
    expires = period if isinstance(period, int | float) else _HOUR
    return {"expires": expires, "retry": True, "retry_policy": _AGAIN} | entry.get("options", {})
