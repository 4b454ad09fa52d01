"""Who did it, as a reference that is no personal data."""

from typing import Protocol
from uuid import UUID


class Identified(Protocol):
    """Anything with a public id: a customer, a member of staff, a store."""

    public_id: UUID


Actor = Identified | None


def actor_reference(by: Actor) -> str:
    """This function will return "user:<public id>", or "system" when no person acted."""
    return "system" if by is None else f"user:{by.public_id}"
