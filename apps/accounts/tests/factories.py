from collections.abc import Collection, Iterator
from datetime import timedelta
from functools import cache
from itertools import count
from typing import Any

import factory
from django.utils import timezone
from django_otp.oath import totp

from apps.accounts import key_pairs, key_ring
from apps.accounts.api_keys import make_key
from apps.accounts.key_pairs import KeyPair, new_key_pair
from apps.accounts.key_ring import Signer
from apps.accounts.models import (
    Address,
    ApiKey,
    Membership,
    SecondFactor,
    SigningKey,
    SigningKeyState,
    TokenFamily,
    User,
)
from apps.accounts.tokens import AccessToken
from apps.core.ids import uuid7
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


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    store = factory.SubFactory(StoreFactory)
    person = factory.SubFactory(UserFactory, is_staff=True, roles=[])
    role = "support"


class ApiKeyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ApiKey
        exclude = ["made"]

    made = factory.LazyFunction(make_key)
    store = factory.SubFactory(StoreFactory)
    name = factory.Sequence(lambda n: f"Machine {n}")
    prefix = factory.LazyAttribute(lambda key: key.made.prefix)
    digest = factory.LazyAttribute(lambda key: key.made.digest)
    scopes = ["read_orders"]
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=30))


class TokenFamilyFactory(factory.django.DjangoModelFactory):
    """Somebody is logged in, and nobody was told."""

    class Meta:
        model = TokenFamily

    person = factory.SubFactory(UserFactory)
    store = factory.SelfAttribute("person.store")
    good_jti = factory.LazyFunction(uuid7)
    last_used_at = factory.LazyFunction(timezone.now)
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))


class SigningKeyFactory(factory.django.DjangoModelFactory):
    """A key of the past; those that sign are made by `signer`."""

    class Meta:
        model = SigningKey

    kid = factory.Sequence(lambda n: f"{n:043}")
    state = SigningKeyState.REVOKED
    kept_until = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))


def access_token_of(person: User) -> str:
    """This function will return a real access token, without an event for the log-in."""
    family = TokenFamilyFactory(person=person)
    return AccessToken.of(family, jti=uuid7(), now=timezone.now()).signed_by(signer())


def signer() -> Signer:
    """This function will return the key that signs, which is made if there is none, without an
    event either; this process has then read the ring."""
    if key_ring.signer() is None:
        for state in (SigningKeyState.NEXT, SigningKeyState.CURRENT):
            pair = key_pairs.new_key_pair()
            SigningKey.objects.create(
                kid=pair.kid,
                public_pem=pair.public_pem,
                private_pem=pair.private_pem,
                state=state,
                signs_since=timezone.now(),
            )
    key_ring.public_keys()
    found = key_ring.signer()
    assert found is not None
    return found


def made_key_pairs() -> Iterator[KeyPair]:
    """This function will return one pair of keys after the other, each time the same ones."""
    return map(_key_pair, count())


@cache
def _key_pair(_: int) -> KeyPair:
    return new_key_pair()


class SecondFactorFactory(factory.django.DjangoModelFactory):
    """An authenticator in use."""

    class Meta:
        model = SecondFactor

    user = factory.SubFactory(UserFactory, is_staff=True)
    confirmed = True


def code_of(device: SecondFactor, *, steps: int = 0) -> str:
    """This function will return what an authenticator shows, some steps of 30 seconds from now."""
    return f"{totp(bytes.fromhex(device.key), drift=steps):06}"
