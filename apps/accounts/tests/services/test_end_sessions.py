from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.accounts import services
from apps.accounts.models import EndReason, TokenFamily
from apps.accounts.tests.factories import TokenFamilyFactory, UserFactory
from apps.events.models import OutboxEvent
from tests.statements import at_most


@pytest.fixture
def families(shopper):
    return TokenFamilyFactory.create_batch(3, person=shopper)


def reasons():
    return list(TokenFamily.objects.order_by("pk").values_list("end_reason", flat=True))


def test_ends_all_of_a_person_and_tells_of_each(shopper, staff, families):
    other = TokenFamilyFactory()

    ended = services.end_sessions(person=shopper, reason=EndReason.PASSWORD_CHANGED, by=staff)

    assert ended == 3
    assert reasons() == ["password_changed"] * 3 + [""]
    other.refresh_from_db()
    assert other.ended_at is None
    told = OutboxEvent.objects.filter(name="session.ended").order_by("pk")
    assert [one.aggregate_id for one in told] == [family.public_id for family in families]
    assert {one.actor for one in told} == {f"user:{staff.public_id}"}


def test_leaves_the_one_that_the_person_acts_in(shopper, families):
    stays = families[1].public_id

    assert (
        services.end_sessions(
            person=shopper, reason=EndReason.PASSWORD_CHANGED, except_family=stays
        )
        == 2
    )
    assert reasons() == ["password_changed", "", "password_changed"]


def test_what_has_ended_keeps_its_reason(shopper, families):
    services.end_session(family_id=families[0].public_id, reason=EndReason.LOGGED_OUT)

    assert services.end_sessions(person=shopper, reason=EndReason.ERASED) == 2
    assert services.end_sessions(person=shopper, reason=EndReason.DEACTIVATED) == 0
    assert reasons() == ["logged_out", "erased", "erased"]
    assert OutboxEvent.objects.filter(name="session.ended").count() == 3


def test_one_session_is_ended_once(families):
    family_id = families[0].public_id

    assert services.end_session(family_id=family_id, reason=EndReason.ENDED_BY_STAFF)
    assert not services.end_session(family_id=family_id, reason=EndReason.LOGGED_OUT)
    assert reasons() == ["ended_by_staff", "", ""]


def test_expired_ones_are_forgotten_a_day_later(shopper):
    now = timezone.now()
    for hours in (-1, -23, -25, -100):
        TokenFamilyFactory(
            person=shopper,
            created_at=now - timedelta(days=8),
            expires_at=now + timedelta(hours=hours),
        )

    with at_most(3):
        assert services.prune_token_families(now=now) == 2
    assert TokenFamily.objects.count() == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"ended_at": timezone.now()},
        {"end_reason": "reused"},
        {"ended_at": timezone.now(), "end_reason": "bored"},
        {"expires_at": timezone.now() - timedelta(days=1)},
    ],
)
def test_the_database_knows_what_a_session_is(db, changes):
    family = TokenFamilyFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        TokenFamily.objects.filter(pk=family.pk).update(**changes)


def test_a_person_and_their_sessions_go_together(db):
    family = TokenFamilyFactory(person=UserFactory())
    family.person.delete()
    assert not TokenFamily.objects.exists()
