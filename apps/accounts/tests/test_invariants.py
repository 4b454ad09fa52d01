from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from apps.accounts.invariants import INVARIANTS
from apps.accounts.models import SigningKey
from apps.accounts.tests.factories import SigningKeyFactory, TokenFamilyFactory, signer
from tests.promises import broken_among


@pytest.mark.django_db
def test_nothing_is_broken_where_there_is_nothing():
    assert broken_among(INVARIANTS) == []


@pytest.mark.django_db
def test_nothing_is_broken_where_people_are_logged_in():
    signer()
    TokenFamilyFactory()
    assert broken_among(INVARIANTS) == []


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["current", "next"])
def test_a_ring_without_one_of_its_keys(state):
    signer()
    SigningKey.objects.filter(state=state).delete()
    assert broken_among(INVARIANTS) == ["one key signs and one is next, once there are keys"]


@pytest.mark.django_db
def test_a_key_that_nobody_has_put_away():
    signer()
    SigningKeyFactory(kept_until=timezone.now() - timedelta(days=3))
    assert broken_among(INVARIANTS) == [
        "no signing key is kept for more than two days past its use"
    ]


@pytest.mark.django_db
def test_a_session_that_nobody_has_put_away():
    TokenFamilyFactory(
        created_at=timezone.now() - timedelta(days=9),
        expires_at=timezone.now() - timedelta(days=4),
    )
    assert broken_among(INVARIANTS) == [
        "no token family is kept for more than three days past its expiry"
    ]


@pytest.mark.django_db
def test_a_session_of_staff_that_nobody_has_put_away():
    for days in (2, 4):
        Session.objects.create(
            session_key=f"{days}", expire_date=timezone.now() - timedelta(days=days)
        )
    assert broken_among(INVARIANTS) == [
        "no session of the staff site is kept for more than three days past its expiry"
    ]
