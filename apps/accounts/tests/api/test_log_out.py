import pytest

from apps.accounts import services
from apps.accounts.models import EndReason, TokenFamily
from apps.accounts.tests.factories import UserFactory
from apps.events.models import OutboxEvent


@pytest.fixture
def pair(shopper):
    return services.issue_tokens(person=shopper)


def bearer(token):
    return {"HTTP_AUTHORIZATION": f"Bearer {token}"}


def log_out(client, body=None, **headers):
    return client.post("/api/v1/auth/logout", body or {}, **headers)


def works(client, pair):
    return client.get("/api/v1/me", **bearer(pair.grant.access)).status_code == 200


def test_the_refresh_token_ends_its_session_at_once(anonymous, shopper, pair):
    other = services.issue_tokens(person=shopper)

    assert log_out(anonymous, {"refresh": pair.refresh}).status_code == 204

    assert not works(anonymous, pair)
    refused = anonymous.post("/api/v1/auth/token/refresh", {"refresh": pair.refresh})
    assert refused.json()["code"] == "token_not_valid"
    assert works(anonymous, other)
    ended = OutboxEvent.objects.get(name="session.ended")
    assert ended.actor == f"user:{shopper.public_id}"
    assert ended.payload == {"customer_id": str(shopper.public_id), "reason": "logged_out"}


def test_the_access_token_alone_will_do(anonymous, pair):
    assert log_out(anonymous, **bearer(pair.grant.access)).status_code == 204

    assert not works(anonymous, pair)
    assert TokenFamily.objects.get().end_reason == EndReason.LOGGED_OUT


def test_a_stale_access_token_does_not_keep_anybody_in(anonymous, pair):
    answer = log_out(anonymous, {"refresh": pair.refresh}, **bearer("long.gone.token"))

    assert answer.status_code == 204
    assert not works(anonymous, pair)


def test_logging_out_again_changes_nothing(anonymous, pair):
    log_out(anonymous, {"refresh": pair.refresh})

    assert log_out(anonymous, {"refresh": pair.refresh}).status_code == 204
    assert OutboxEvent.objects.filter(name="session.ended").count() == 1
    assert log_out(anonymous, **bearer(pair.grant.access)).json()["code"] == "token_not_valid"


def test_a_used_refresh_token_logs_out_too(anonymous, pair):
    anonymous.post("/api/v1/auth/token/refresh", {"refresh": pair.refresh})

    assert log_out(anonymous, {"refresh": pair.refresh}).status_code == 204
    assert TokenFamily.objects.get().end_reason == EndReason.LOGGED_OUT


def test_nobody_in_particular_cannot_log_out(anonymous):
    answer = log_out(anonymous)

    assert answer.status_code == 401
    assert answer.json()["code"] == "not_authenticated"


def test_a_customer_of_another_store_is_nobody_here(anonymous, store):
    stranger = services.issue_tokens(person=UserFactory())

    refused = log_out(anonymous, {"refresh": stranger.refresh})
    assert (refused.status_code, refused.json()["code"]) == (401, "token_not_valid")
    assert TokenFamily.objects.get().ended_at is None


@pytest.mark.parametrize(
    "body", [{"refresh": ""}, {"refresh": None}, {"sid": "x"}, {"refresh": []}]
)
def test_refuses_what_is_no_log_out(anonymous, pair, body):
    answer = log_out(anonymous, body, **bearer(pair.grant.access))

    assert answer.json()["code"] == "validation_error"
    assert works(anonymous, pair)
