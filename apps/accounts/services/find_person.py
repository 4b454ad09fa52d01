"""Whom an address means, when roles are given."""

from apps.accounts.errors import PersonAmbiguous, PersonNotFound
from apps.accounts.models import User
from apps.stores.models import Store


def find_person(*, email: str, store: Store) -> User:
    """This function will return whom a store knows by an address, or else whom any store does.

    Raises:
        PersonNotFound: nobody has this address.
        PersonAmbiguous: people of several other stores have it.
    """
    known = User.objects.with_email(store=store, email=email)
    if known is not None:
        return known
    everywhere = list(User.objects.filter(email=email)[:2])
    if not everywhere:
        raise PersonNotFound(f"Nobody is known by {email}.")
    if len(everywhere) > 1:
        raise PersonAmbiguous(f"People of several stores have the address {email}.")
    return everywhere[0]
