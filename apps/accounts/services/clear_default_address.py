"""Making room for another default address."""

from apps.accounts.events import AddressUpdated
from apps.accounts.models import Address, User
from apps.core.transactions import requires_transaction


@requires_transaction
def clear_default_address(*, owner: User) -> list[AddressUpdated]:
    """This function will leave a person without a default address.

    The caller has locked the owner, and publishes the returned event with its own.
    """
    former = Address.objects.filter(owner=owner, is_default=True).locked()
    for address in former:
        address.is_default = False
        address.save(update_fields=["is_default"])
    return [
        AddressUpdated(aggregate_id=address.public_id, customer_id=owner.public_id)
        for address in former
    ]
