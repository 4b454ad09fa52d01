"""What people are told of their accounts, word for word."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core import mail as outbox
from django.utils import timezone

from apps.accounts import services
from apps.accounts.models import OneTimeToken
from apps.accounts.tests.factories import UserFactory
from apps.mail.models import SentMail
from apps.mail.tests.reading import shown
from apps.stores.tests.factories import StoreFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def ada():
    store = StoreFactory(slug="mugs", name="Mugs & Sons", time_zone="Europe/Berlin")
    return UserFactory(store=store, email="ada@example.com", full_name="Ada Lovelace")


def verification(ada):
    return services.mail_email_verification(person_id=ada.public_id, key=uuid4())


def reset(ada):
    services.request_password_reset(store=ada.store, email=ada.email, now=timezone.now())
    request = OneTimeToken.objects.latest("pk")
    return services.mail_password_reset(request_id=request.public_id, key=uuid4())


def token_for(ada):
    return OneTimeToken.objects.get().written_for(ada)


def test_an_address_is_asked_after(ada):
    verification(ada)

    (message,) = outbox.outbox
    assert (message.to, message.subject) == (["ada@example.com"], "Is this your address?")
    assert message.body == (
        "Somebody, probably you, has opened an account at Mugs & Sons with this address. Tell us "
        f"that it is yours by entering this in the shop:\n\n{token_for(ada)}\n\n"
        "It can be used once, until 22 November 2026, 13:00 CET. If it was not you, do nothing."
        "\n\n-- \nMugs & Sons\n"
    )
    assert token_for(ada) in shown(message)
    assert SentMail.objects.get().recipient == f"user:{ada.public_id}"


def test_a_new_password_is_offered(ada):
    reset(ada)

    (message,) = outbox.outbox
    assert message.subject == "A new password"
    assert "It can be used once, until 20 November 2026, 14:00 CET." in message.body
    assert token_for(ada) in shown(message)


@pytest.mark.parametrize(
    ("purpose", "act"), [("verify_email", verification), ("reset_password", reset)]
)
def test_a_shop_front_gets_a_link(ada, settings, purpose, act):
    settings.ACCOUNT_LINKS |= {purpose: "https://{store}.example/account#{token}"}

    act(ada)

    (message,) = outbox.outbox
    link = f"https://mugs.example/account#{token_for(ada)}"
    assert f"\n\n{link}\n\n" in message.body
    assert f'<a href="{link}">' in message.alternatives[0].content


def test_a_changed_password_is_told(ada):
    services.mail_password_changed(person_id=ada.public_id, changed_at=NOON, key=uuid4())

    (message,) = outbox.outbox
    assert message.subject == "Your password was changed"
    assert "was changed on 20 November 2026, 13:00 CET." in message.body


def test_what_happened_long_ago_is_not_told(ada, noon):
    noon.shift(timedelta(days=8))

    assert verification(ada) is None
    services.mail_password_changed(person_id=ada.public_id, changed_at=NOON, key=uuid4())
    assert outbox.outbox == []


def test_the_inactive_and_the_unknown_are_not_written_to(ada):
    ada.is_active = False
    ada.save()
    for person_id in (ada.public_id, uuid4()):
        assert services.mail_email_verification(person_id=person_id, key=uuid4()) is None
        told = services.mail_password_changed(person_id=person_id, changed_at=NOON, key=uuid4())
        assert told is None
    assert services.mail_password_reset(request_id=uuid4(), key=uuid4()) is None


def test_a_request_that_is_answered_late_is_not(ada, noon):
    services.request_password_reset(store=ada.store, email=ada.email, now=NOON)
    noon.shift(timedelta(minutes=60))

    request = OneTimeToken.objects.get()
    assert services.mail_password_reset(request_id=request.public_id, key=uuid4()) is None


def test_one_day_after_its_end_a_token_is_forgotten(ada, noon):
    reset(ada)
    noon.shift(timedelta(days=1, minutes=59))
    assert services.prune_one_time_tokens(now=timezone.now()) == 0

    noon.shift(timedelta(minutes=1))
    assert services.prune_one_time_tokens(now=timezone.now()) == 1
