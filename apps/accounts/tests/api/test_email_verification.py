from datetime import timedelta

import pytest
import time_machine
from django.core import mail as outbox
from django.utils import timezone

from apps.accounts.models import OneTimeToken, User
from apps.accounts.tests.factories import UserFactory
from apps.accounts.tests.mailed import mailed_token
from apps.events import services as events
from apps.events.models import OutboxEvent
from apps.stores.tests.factories import StoreHostFactory
from conftest import client_of
from tests.statements import at_most

ADA = {"email": "ada@example.com", "password": "difference engine"}
VERIFY = "/api/v1/auth/email/verify"
AGAIN = "/api/v1/auth/email/verify/request"


@pytest.fixture
def ada(anonymous, store):
    """Somebody who has just registered, and was written to."""
    anonymous.post("/api/v1/auth/register", ADA)
    return User.objects.get()


def verify(client, token, **headers):
    return client.post(VERIFY, {"token": token}, **headers)


def assert_unusable(response):
    assert response.status_code == 422
    assert response.json()["code"] == "invalid_one_time_token"
    assert response.json()["detail"] == "This link cannot be used"


def test_a_mail_asks_who_registers_and_its_token_verifies(anonymous, ada):
    token = mailed_token()
    assert [message.to for message in outbox.outbox] == [["ada@example.com"]]

    response = verify(anonymous, token)

    assert (response.status_code, response.content) == (204, b"")
    ada.refresh_from_db()
    assert ada.is_email_verified
    event = OutboxEvent.objects.latest("pk")
    assert (event.name, event.aggregate_id) == ("customer.email_verified", ada.public_id)
    assert event.payload == {}
    assert client_of(ada).get("/api/v1/me").json()["email_verified"] is True


def test_a_token_is_good_once(anonymous, ada):
    token = mailed_token()
    verify(anonymous, token)

    assert_unusable(verify(anonymous, token))
    assert OutboxEvent.objects.filter(name="customer.email_verified").count() == 1


def test_a_token_ends_after_two_days(anonymous, ada):
    token = mailed_token()
    with time_machine.travel(timezone.now() + timedelta(hours=48), tick=False):
        assert_unusable(verify(anonymous, token))
    ada.refresh_from_db()
    assert not ada.is_email_verified


def test_a_token_is_for_one_store(anonymous, ada):
    StoreHostFactory(host="other.example")

    assert_unusable(verify(anonymous, mailed_token(), HTTP_HOST="other.example"))


def test_a_token_is_for_one_purpose(anonymous, ada):
    body = {"token": mailed_token(), "password": "analytical engine"}

    assert_unusable(anonymous.post("/api/v1/auth/password/reset", body))
    ada.refresh_from_db()
    assert ada.check_password("difference engine")


def test_a_token_is_for_one_address(anonymous, ada):
    token = mailed_token()
    ada.email = "countess@example.com"
    ada.save()

    assert_unusable(verify(anonymous, token))


def test_a_token_is_for_one_person(anonymous, ada, store):
    own = mailed_token()
    other = UserFactory(store=store)
    row = OneTimeToken.objects.create(
        store=store, purpose="verify_email", person=other, expires_at=timezone.now() + timedelta(1)
    )

    assert_unusable(verify(anonymous, f"{row.public_id.hex}.{own.partition('.')[2]}"))
    other.refresh_from_db()
    assert not other.is_email_verified


def test_the_inactive_verify_nothing(anonymous, ada):
    token = mailed_token()
    ada.is_active = False
    ada.save()

    assert_unusable(verify(anonymous, token))


@pytest.mark.parametrize(
    "token", ["x", "x" * 200, "0" * 32, "é.ü", f"{'0' * 32}.{'A' * 43}", "..", "4242424242424242"]
)
def test_what_is_no_token_is_told_the_same(anonymous, token):
    assert_unusable(verify(anonymous, token))


@pytest.mark.parametrize("token", ["", "   ", None, 7, ["x"], {"a": 1}, "x" * 201, "\x00"])
def test_refuses_what_cannot_be_a_token(anonymous, token):
    response = verify(anonymous, token)
    assert (response.status_code, response.json()["code"]) in {
        (400, "validation_error"), (400, "parse_error"),
    }  # fmt: skip


def test_the_secret_is_nowhere_but_in_the_mail(anonymous, ada, caplog):
    secret = mailed_token().partition(".")[2]

    kept = [*OneTimeToken.objects.values(), *OutboxEvent.objects.values()]
    assert secret not in str(kept)
    assert secret not in caplog.text


# --- once more -----------------------------------------------------------------------------------
def test_the_mail_is_sent_once_more(ada):
    events.deliver_pending()

    assert client_of(ada).post(AGAIN).status_code == 202
    mailed_token()

    assert [message.to for message in outbox.outbox] == [["ada@example.com"]] * 2
    event = OutboxEvent.objects.latest("pk")
    assert event.name == "customer.email_verification_requested"
    assert (event.aggregate_id, event.payload) == (ada.public_id, {})


def test_not_when_it_is_verified(anonymous, ada):
    verify(anonymous, mailed_token())

    response = client_of(ada).post(AGAIN)

    assert (response.status_code, response.json()["code"]) == (409, "email_verified_already")
    events.deliver_pending()
    assert len(outbox.outbox) == 1


def test_not_for_strangers(anonymous):
    assert anonymous.post(AGAIN).status_code == 401


def test_nobody_is_mailed_more_than_five_within_an_hour(ada):
    for _ in range(7):
        assert client_of(ada).post(AGAIN).status_code == 202
    events.deliver_pending()

    assert len(outbox.outbox) == 5


def test_a_mail_that_is_tried_again_holds_the_same_token(ada, settings):
    settings.EMAIL_BACKEND = "apps.accounts.tests.nowhere.EmailBackend"
    events.deliver_pending()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert OneTimeToken.objects.count() == 1

    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        mailed_token()

    assert OneTimeToken.objects.count() == 1


def test_verifying_asks_little_of_the_database(anonymous, ada):
    token = mailed_token()
    with at_most(5):  # token, person, token used, person verified, event
        verify(anonymous, token)
