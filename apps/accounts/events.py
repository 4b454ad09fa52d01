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
