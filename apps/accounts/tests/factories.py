import factory

from apps.accounts.models import Address, User
from apps.stores.tests.factories import StoreFactory


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    store = factory.SubFactory(StoreFactory)
    email = factory.Sequence(lambda n: f"person-{n}@example.com")
    full_name = factory.Sequence(lambda n: f"Person {n}")
    password = factory.django.Password("correct horse battery")


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
