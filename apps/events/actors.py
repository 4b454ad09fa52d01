"""Who did it, as a reference that is no personal data."""

from typing import Protocol
from uuid import UUID


class Identified(Protocol):
    """Anything with a public id: a customer, a member of staff, an API key, a store."""

    public_id: UUID


Actor = Identified | None


def actor_reference(by: Actor) -> str:
    """This function will return "user:<public id>", "key:<public id>" for an API key, or "system"
    when nobody acted."""
    if by is None:
        return "system"
    return f"{'user' if getattr(by, 'is_person', True) else 'key'}:{by.public_id}"
