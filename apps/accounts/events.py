"""What happens to people and their addresses. Ids only: an event never says who they are."""

from dataclasses import dataclass
from uuid import UUID

from apps.events.event import Event


@dataclass(frozen=True, kw_only=True)
class CustomerRegistered(Event):
    name = "customer.registered"
    aggregate_type = "customer"


@dataclass(frozen=True, kw_only=True)
class CustomerUpdated(Event):
    name = "customer.updated"
    aggregate_type = "customer"


@dataclass(frozen=True, kw_only=True)
class CustomerErased(Event):
    """The person is forgotten: whoever keeps something about this id forgets it, too."""

    name = "customer.erased"
    aggregate_type = "customer"


@dataclass(frozen=True, kw_only=True)
class AddressCreated(Event):
    name = "address.created"
    aggregate_type = "address"

    customer_id: UUID


@dataclass(frozen=True, kw_only=True)
class AddressUpdated(Event):
    name = "address.updated"
    aggregate_type = "address"

    customer_id: UUID


@dataclass(frozen=True, kw_only=True)
class AddressDeleted(Event):
    name = "address.deleted"
    aggregate_type = "address"

    customer_id: UUID


@dataclass(frozen=True, kw_only=True)
class CustomerLoggedIn(Event):
    """`method` says how they proved who they are, `session_id` what to end if it was not them."""

    name = "customer.logged_in"
    aggregate_type = "customer"

    method: str
    session_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class StaffLoggedIn(CustomerLoggedIn):
    """Somebody with rights beyond their own things. Without a `session_id`: at the staff site."""

    name = "staff.logged_in"


@dataclass(frozen=True, kw_only=True)
class SessionEnded(Event):
    name = "session.ended"
    aggregate_type = "session"

    customer_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class SigningKeyRotated(Event):
    """`kid` signs from now on, in place of `replaced_kid` ("" for the first one)."""

    name = "signing_key.rotated"
    aggregate_type = "signing_key"

    kid: str
    replaced_kid: str


@dataclass(frozen=True, kw_only=True)
class SigningKeyRevoked(Event):
    name = "signing_key.revoked"
    aggregate_type = "signing_key"

    kid: str
