"""What the double tells of what happened: events with a snapshot of the object."""

import time
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from tests.stripe_double.ids import new_id

API_VERSION = "2026-10-28.endive"


class EventLog:
    """Every event of one account, in the order in which things happened."""

    def __init__(self, hand_over: Callable[[dict[str, Any]], None]) -> None:
        self._hand_over = hand_over
        self._events: dict[str, dict[str, Any]] = {}
        self.api_version = API_VERSION

    def __iter__(self) -> Any:
        return iter(list(self._events.values()))

    def find(self, name: str) -> dict[str, Any] | None:
        """This function will return the event of this name."""
        return self._events.get(name)

    def tell(
        self,
        kind: str,
        snapshot: dict[str, Any],
        *,
        request: dict[str, Any],
        before: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """This function will write an event down and hand it to who delivers it."""
        data = {"object": deepcopy(snapshot)}
        if before is not None:
            data["previous_attributes"] = before
        return self._keep(
            {
                "id": new_id("evt"),
                "object": "event",
                "api_version": self.api_version,
                "created": int(time.time()),
                "data": data,
                "livemode": False,
                "pending_webhooks": 1,
                "request": request,
                "type": kind,
            }
        )

    def forge(self, name: str, *, livemode: bool, changes: dict[str, Any]) -> dict[str, Any]:
        """This function will tell an event again under a new name, its object saying otherwise."""
        event = deepcopy(self._events[name])
        event["id"] = new_id("evt")
        event["livemode"] = livemode
        event["data"]["object"] |= {"livemode": livemode} | changes
        return self._keep(event)

    def _keep(self, event: dict[str, Any]) -> dict[str, Any]:
        self._events[event["id"]] = event
        self._hand_over(event)
        return event
