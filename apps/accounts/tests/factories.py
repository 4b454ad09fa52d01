from collections.abc import Collection
from typing import Any

import factory

from apps.accounts.models import Address, Membership, User
from apps.stores.tests.factories import StoreFactory


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    store = factory.SubFactory(StoreFactory)
    email = factory.Sequence(lambda n: f"person-{n}@example.com")
    full_name = factory.Sequence(lambda n: f"Person {n}")
    password = factory.django.Password("correct horse battery")

    @factory.post_generation
    def roles(person: User, create: bool, given: Collection[str] | None, **_: Any) -> None:  # noqa: N805
        """Whoever is staff may do everything in their store, unless roles are given."""
        if create and person.is_staff and not person.is_superuser:
            for role in ["admin"] if given is None else given:
                Membership.objects.create(person=person, store=person.store, role=role)


class AddressFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Address

    owner = factory.SubFactory(UserFactory)
    store = factory.SelfAttribute("owner.store")
    full_name = "Ada Lovelace"
    street = "12 St James's Square"
    postal_code = "SW1Y 4JH"
    city = "London"
    country = "GB"
