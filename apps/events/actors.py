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


def actor_role(by: Actor) -> str:
    """This function will return what an actor is at this moment: "system", "key", "operator",
    "customer", or the roles of a member of staff, separated by commas ("staff" without any)."""
    if by is None:
        return "system"
    if not getattr(by, "is_person", True):
        return "key"
    if getattr(by, "is_superuser", False):
        return "operator"
    if not getattr(by, "is_staff", False):
        return "customer"
    return ",".join(sorted(getattr(by, "roles", ()))) or "staff"
