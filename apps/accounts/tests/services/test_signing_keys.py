from datetime import UTC, datetime, timedelta

import jwt
import pytest
from django.db import IntegrityError, connection, transaction

from apps.accounts import key_ring, services
from apps.accounts.errors import SigningKeyNotFound
from apps.accounts.models import SigningKey, SigningKeyState
from apps.events.models import OutboxEvent
from tests.threads import at_once

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.fixture
def first(store):
    """The first current key; it and the next one were made at noon."""
    services.ensure_signing_keys()
    SigningKey.objects.update(created_at=NOON)
    SigningKey.objects.filter(state="current").update(signs_since=NOON)
    return SigningKey.objects.get(state="current")


@pytest.fixture
def second(first):
    return SigningKey.objects.get(state="next")


def states():
    return dict(SigningKey.objects.values_list("kid", "state"))


def told(name):
    return list(OutboxEvent.objects.filter(name=name).values_list("payload", flat=True))


def test_the_first_need_makes_a_key_and_the_one_after_it(store):
    signer = services.ensure_signing_keys()

    assert SigningKey.objects.get(state="current").kid == signer.kid
    assert sorted(states().values()) == ["current", "next"]
    assert told("signing_key.rotated") == [{"kid": signer.kid, "replaced_kid": ""}]
    assert services.ensure_signing_keys() == signer
    assert len(states()) == 2


@pytest.mark.django_db(transaction=True)
def test_many_starters_make_one_key(store):
    made = at_once(*[services.ensure_signing_keys] * 12)

    assert len({signer.kid for signer in made}) == 1
    assert sorted(states().values()) == ["current", "next"]
    assert len(told("signing_key.rotated")) == 1


def test_the_private_part_is_encrypted_at_rest(first):
    with connection.cursor() as cursor:
        cursor.execute("SELECT private_pem FROM accounts_signingkey")
        kept = [row[0] for row in cursor.fetchall()]

    assert len(kept) == 2
    assert not any("PRIVATE KEY" in text for text in kept)
    assert first.private_pem.startswith("-----BEGIN PRIVATE KEY-----")


def test_a_key_is_rsa_of_2048_bits_and_named_by_its_thumbprint(first):
    public = key_ring.public_keys()[first.kid]

    assert public.key_size == 2048
    jwk = jwt.PyJWK.from_dict(
        jwt.algorithms.RSAAlgorithm.to_jwk(public, as_dict=True), algorithm="RS256"
    )
    assert jwk.key.public_numbers() == public.public_numbers()
    assert len(first.kid) == 43


def test_the_next_key_signs_the_current_one_retires_and_another_is_next(first, second):
    signing = services.rotate_signing_keys(now=NOON + timedelta(days=30))

    assert signing.kid == second.kid == services.ensure_signing_keys().kid
    (third,) = set(states()) - {first.kid, second.kid}
    assert states() == {first.kid: "retiring", second.kid: "current", third: "next"}
    first.refresh_from_db()
    assert first.private_pem is None
    assert first.kept_until == NOON + timedelta(days=37, hours=1)
    assert told("signing_key.rotated")[-1] == {"kid": second.kid, "replaced_kid": first.kid}
    assert set(key_ring.public_keys()) == {first.kid, second.kid, third}


def test_a_key_that_not_all_know_yet_does_not_sign(first):
    services.rotate_signing_keys(now=NOON + timedelta(days=30))
    SigningKey.objects.filter(state="next").update(created_at=NOON + timedelta(days=30))
    before = states()

    assert services.rotate_signing_keys(now=NOON + timedelta(days=30, minutes=14)) is None
    assert states() == before
    assert services.rotate_signing_keys(now=NOON + timedelta(days=30, minutes=15)) is not None


@pytest.mark.parametrize("state", ["current", "next"])
def test_what_is_missing_of_a_ring_is_made(first, state):
    SigningKey.objects.filter(state=state).delete()

    services.rotate_signing_keys(now=NOON + timedelta(days=30))

    assert {"current", "next"} <= set(states().values())


def test_beat_leaves_a_key_alone_that_has_not_signed_for_long(first):
    month = timedelta(days=30)

    assert services.rotate_signing_keys(now=NOON + timedelta(days=29), after=month) is None
    assert services.rotate_signing_keys(now=NOON + month, after=month) is not None


@pytest.mark.django_db(transaction=True)
def test_twelve_rotations_at_once_are_one(first, second):
    def rotate():
        return services.rotate_signing_keys(now=datetime.now(UTC))

    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    SigningKey.objects.update(created_at=an_hour_ago)
    SigningKey.objects.filter(state="current").update(signs_since=an_hour_ago)
    made = at_once(*[rotate] * 12)

    assert [key.kid for key in made if key is not None] == [second.kid]
    assert sorted(states().values()) == ["current", "next", "retiring"]


def test_a_revoked_key_is_replaced_at_once(first, second):
    services.revoke_signing_key(kid=first.kid, now=NOON + timedelta(minutes=1))

    (third,) = set(states()) - {first.kid, second.kid}
    assert states() == {first.kid: "revoked", second.kid: "current", third: "next"}
    assert set(key_ring.public_keys()) == {second.kid, third}
    assert services.ensure_signing_keys().kid == second.kid
    first.refresh_from_db()
    assert first.private_pem is None
    assert told("signing_key.revoked") == [{"kid": first.kid}]
    assert told("signing_key.rotated")[-1] == {"kid": second.kid, "replaced_kid": first.kid}


def test_a_next_key_can_be_revoked(first, second):
    services.revoke_signing_key(kid=second.kid, now=NOON)

    (third,) = set(states()) - {first.kid, second.kid}
    assert states() == {first.kid: "current", second.kid: "revoked", third: "next"}
    assert len(told("signing_key.rotated")) == 1


def test_a_retiring_key_can_be_revoked(first, second):
    services.rotate_signing_keys(now=NOON + timedelta(days=1))
    services.revoke_signing_key(kid=first.kid, now=NOON + timedelta(days=2))

    assert states()[first.kid] == "revoked"
    assert states()[second.kid] == "current"
    assert first.kid not in key_ring.public_keys()


def test_revoking_again_changes_nothing(first):
    services.revoke_signing_key(kid=first.kid, now=NOON)
    before = list(SigningKey.objects.order_by("pk").values())

    services.revoke_signing_key(kid=first.kid, now=NOON + timedelta(days=1))
    assert list(SigningKey.objects.order_by("pk").values()) == before
    assert len(told("signing_key.revoked")) == 1


def test_there_is_no_key_of_that_name(first):
    with pytest.raises(SigningKeyNotFound):
        services.revoke_signing_key(kid="x", now=NOON)


def test_a_key_is_forgotten_when_its_last_token_has_expired(first, second):
    services.rotate_signing_keys(now=NOON + timedelta(days=30))

    assert services.prune_signing_keys(now=NOON + timedelta(days=37)) == 0
    assert services.prune_signing_keys(now=NOON + timedelta(days=37, hours=1)) == 1
    assert first.kid not in states()


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "current"},
        {"state": "lost"},
        {"private_pem": None},
        {"state": "retiring", "kept_until": NOON},
        {"kept_until": NOON},
        {"state": "revoked", "private_pem": None},
    ],
)
def test_the_database_knows_what_a_ring_is(second, changes):
    with pytest.raises(IntegrityError), transaction.atomic():
        SigningKey.objects.filter(pk=second.pk).update(**changes)
    assert SigningKey.objects.get(pk=second.pk).state == SigningKeyState.NEXT
