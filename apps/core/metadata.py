"""What a route answers to OPTIONS."""

from typing import Any

from rest_framework.metadata import SimpleMetadata
from rest_framework.request import Request


class RouteMetadata(SimpleMetadata):
    """What the route is called, reads and writes. Its fields stand in the schema: to tell them here
    would be to ask, for the caller, what only a call with the right verb may ask."""

    def determine_actions(self, request: Request, view: Any) -> dict[str, Any]:
        """This function will tell nothing of what can be sent."""
        return {}
