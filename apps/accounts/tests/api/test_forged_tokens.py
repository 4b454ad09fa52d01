"""Whoever can forge one of these tokens is anybody. None is believed, and nothing changes."""

import json
import string
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from django.conf import settings
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts import jws, key_pairs, services
from apps.accounts.models import EndReason, SigningKey, SigningKeyState, TokenFamily, User
from apps.accounts.tests.factories import TokenFamilyFactory, UserFactory, signer
from apps.accounts.tests.forging import (
    claims_of,
    header_of,
    now,
    part,
    signed,
    signed_with_curve,
    signed_with_pss,
    signed_with_secret,
)
from apps.core.ids import uuid7
from apps.events.models import OutboxEvent
from apps.stores.tests.factories import StoreFactory
from tests.statements import at_most

STRANGE_KIDS = [
    "",
    "x",
    None,
    0,
    ["a"],
    {"a": 1},
    "../../../../dev/null",
    "/etc/passwd",
    "' OR '1'='1",
    "x' UNION SELECT public_pem FROM accounts_signingkey --",
    "https://evil.example/key.pem",
    "A" * 43,
    "A" * 44,
    "\x00" * 43,
    "é" * 43,
]


@dataclass
class Forger:
    """Has all that an attacker could wish for, and more: the private key too."""

    family: TokenFamily
    kid: str
    private: RSAPrivateKey

    @property
    def header(self) -> dict[str, Any]:
        return header_of(self.kid)

    @property
    def claims(self) -> dict[str, Any]:
        return claims_of(self.family)

    @property
    def public_pem(self) -> str:
        return SigningKey.objects.get(kid=self.kid).public_pem

    def headed(self, **changes: Any) -> str:
        return signed(self.header | changes, self.claims, self.private)

    def saying(self, **changes: Any) -> str:
        return signed(self.header, self.claims | changes, self.private)

    def silent_about(self, name: str) -> str:
        claims = self.claims
        del claims[name]
        return signed(self.header, claims, self.private)


@pytest.fixture
def forger(shopper: User) -> Forger:
    current = signer()
    return Forger(TokenFamilyFactory(person=shopper), current.kid, current.private)


@pytest.fixture
def visitor(store) -> APIClient:
    return APIClient()


def everything() -> list[Any]:
    """This function will return all that a token could change."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (User, TokenFamily, SigningKey, OutboxEvent)
    ]


def assert_refused(visitor: APIClient, token: str, *, code: str = "token_not_valid") -> None:
    """This function will show a token wherever one is looked at."""
    before = everything()
    visitor.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    answers = [
        visitor.get("/api/v1/me"),
        visitor.patch("/api/v1/me", {"full_name": "Mallory"}),
        visitor.post("/api/v1/auth/logout", {}),
    ]
    for answer in answers:
        assert answer.status_code == 401, answer.content
        assert answer["Content-Type"] == "application/problem+json"
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert answer.json()["code"] == code
    visitor.credentials()
    for route in ("auth/token/refresh", "auth/logout"):
        answer = visitor.post(f"/api/v1/{route}", {"refresh": token})
        assert (answer.status_code, answer.json()["code"]) in {
            (401, "token_not_valid"),
            (400, "validation_error"),  # empty, or too long for the field
            (400, "parse_error"),  # no text that JSON may hold
        }
    assert everything() == before


def test_what_the_forger_begins_with_is_good(visitor, forger):
    for good in (
        forger.headed(),
        forger.saying(),
        signed(forger.header, forger.claims, forger.private),
    ):
        visitor.credentials(HTTP_AUTHORIZATION=f"Bearer {good}")
        assert visitor.get("/api/v1/me").status_code == 200


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE", "", None, "null"])
@pytest.mark.parametrize("ending", ["", "signature"])
def test_no_algorithm(visitor, forger, alg, ending):
    header, claims = forger.header | {"alg": alg}, forger.claims
    token = forger.headed(alg=alg) if ending else f"{part(header)}.{part(claims)}."
    assert_refused(visitor, token)


@pytest.mark.parametrize("alg", ["HS256", "RS256", "HS384", "none"])
def test_the_public_key_as_a_secret(visitor, forger, alg):
    jwk = key_pairs.as_jwk(forger.private.public_key(), kid=forger.kid)
    header = forger.header | {"alg": alg}
    for secret in (
        forger.public_pem.encode(),
        forger.public_pem.strip().encode(),
        json.dumps(jwk).encode(),
        jwk["n"].encode(),
        settings.SECRET_KEY.encode(),
        b"",
    ):
        assert_refused(visitor, signed_with_secret(header, forger.claims, secret))


@pytest.mark.parametrize("alg", ["PS256", "RS256"])
def test_another_padding(visitor, forger, alg):
    header = forger.header | {"alg": alg}
    assert_refused(visitor, signed_with_pss(header, forger.claims, forger.private))


@pytest.mark.parametrize("alg", ["ES256", "RS256", "EdDSA"])
def test_another_kind_of_key(visitor, forger, alg):
    assert_refused(visitor, signed_with_curve(forger.header | {"alg": alg}, forger.claims))


@pytest.mark.parametrize("alg", ["RS384", "RS512", "RS1", "rs256", "RS256 ", ["RS256"], 256])
def test_another_name_for_the_algorithm(visitor, forger, alg):
    assert_refused(visitor, forger.headed(alg=alg))


@pytest.mark.parametrize("kid", STRANGE_KIDS)
def test_a_key_of_a_strange_name(visitor, forger, kid):
    assert_refused(visitor, forger.headed(kid=kid))


@pytest.mark.parametrize("kid", [kid for kid in STRANGE_KIDS if kid != "A" * 43])
def test_a_strange_name_is_looked_up_nowhere(forger, kid):
    with pytest.raises(jws.Malformed):
        jws.key_name(forger.headed(kid=kid), typ="at+jwt")


def test_a_key_without_a_name(visitor, forger):
    header = forger.header
    del header["kid"]
    assert_refused(visitor, signed(header, forger.claims, forger.private))


def test_somebody_elses_key_under_our_name_and_under_its_own(visitor, forger):
    pair = key_pairs.new_key_pair()
    theirs = key_pairs.read_private(pair.private_pem)
    for kid in (forger.kid, pair.kid):
        assert_refused(visitor, signed(header_of(kid), forger.claims, theirs))


def test_a_key_of_ours_under_the_name_of_another(visitor, forger):
    coming = SigningKey.objects.get(state=SigningKeyState.NEXT)
    assert_refused(visitor, forger.headed(kid=coming.kid))


def test_a_key_that_comes_along(visitor, forger):
    pair = key_pairs.new_key_pair()
    theirs = key_pairs.read_private(pair.private_pem)
    jwk = key_pairs.as_jwk(theirs.public_key(), kid=pair.kid)
    for key in (theirs, forger.private):
        for more in (
            {"jwk": jwk},
            {"jku": "https://evil.example/jwks.json"},
            {"jku": "http://127.0.0.1:1/jwks.json"},
            {"x5u": "https://evil.example/cert.pem"},
            {"x5c": ["MIIB"]},
            {"x5t": "AAAA"},
        ):
            assert_refused(visitor, signed(forger.header | more, forger.claims, key))


@pytest.mark.parametrize(
    "more",
    [
        {"crit": ["exp"]},
        {"crit": []},
        {"crit": ["b64"], "b64": False},
        {"b64": False},
        {"zip": "DEF"},
        {"cty": "JWT"},
        {"enc": "A256GCM"},
        {"anything": 1},
    ],
)
def test_a_header_that_asks_for_more(visitor, forger, more):
    assert_refused(visitor, forger.headed(**more))


@pytest.mark.parametrize(
    "typ", ["JWT", "jwt", "refresh+jwt", "AT+JWT", "application/at+jwt", "", None, 1]
)
def test_another_type(visitor, forger, typ):
    assert_refused(visitor, forger.headed(typ=typ))


def test_no_type(visitor, forger):
    header = forger.header
    del header["typ"]
    assert_refused(visitor, signed(header, forger.claims, forger.private))


ONE_FOR_THE_OTHER = [
    (typ, kind, audience)
    for typ in ("at+jwt", "refresh+jwt")
    for kind in ("access", "refresh")
    for audience in ("tradepost-api", "tradepost")
    if (typ, kind, audience)
    not in {("at+jwt", "access", "tradepost-api"), ("refresh+jwt", "refresh", "tradepost")}
]


@pytest.mark.parametrize(("typ", "kind", "audience"), ONE_FOR_THE_OTHER)
def test_one_kind_of_token_in_place_of_the_other(visitor, forger, typ, kind, audience):
    claims = claims_of(forger.family, token_type=kind) | {"aud": audience, "scope": ""}
    assert_refused(visitor, signed(header_of(forger.kid, typ=typ), claims, forger.private))


def test_a_real_refresh_token_is_no_access_token_and_the_other_way_round(visitor, shopper):
    pair = services.issue_tokens(person=shopper)

    visitor.credentials(HTTP_AUTHORIZATION=f"Bearer {pair.refresh}")
    assert visitor.get("/api/v1/me").json()["code"] == "token_not_valid"
    visitor.credentials()
    shown = {"refresh": pair.grant.access}
    refused = visitor.post("/api/v1/auth/token/refresh", shown)
    assert refused.json()["code"] == "token_not_valid"
    assert TokenFamily.objects.get().ended_at is None


@pytest.mark.parametrize(
    "name",
    ["iss", "aud", "exp", "iat", "sub", "jti", "sid", "store", "token_type", "scope"],
)
def test_a_claim_that_is_missing(visitor, forger, name):
    assert_refused(visitor, forger.silent_about(name))


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": now() - 6},
        {"exp": now() - 86_400, "iat": now() - 90_000},
        {"exp": 0},
        {"exp": -1},
        {"exp": now() + 100_000},  # longer than any token lives
        {"exp": 10**30},
        {"exp": str(now() + 600)},
        {"exp": now() + 600.5},
        {"exp": True},
        {"exp": None},
        {"exp": [now() + 600]},
        {"iat": now() + 7200, "exp": now() + 7800},
        {"iat": "yesterday"},
        {"iat": None},
        {"iat": {}},
        {"nbf": now() + 7200},
        {"nbf": "tomorrow"},
    ],
)
def test_another_time(visitor, forger, changes):
    assert_refused(visitor, forger.saying(**changes))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("iss", "tradepost.evil.example"),
        ("iss", "Tradepost"),
        ("iss", ""),
        ("iss", ["tradepost"]),
        ("iss", None),
        ("aud", "somebody-else"),
        ("aud", ["tradepost-api"]),
        ("aud", "tradepost"),
        ("aud", ""),
        ("aud", {}),
        ("token_type", "refresh"),
        ("token_type", "admin"),
        ("token_type", ["access"]),
        ("sub", "1"),
        ("sub", ""),
        ("sub", "' OR 1=1 --"),
        ("sub", 1),
        ("sub", "00000000-0000-0000-0000-000000000000"),
        ("sid", "1"),
        ("sid", "00000000-0000-0000-0000-000000000000"),
        ("sid", ["a"]),
        ("jti", ""),
        ("jti", 7),
        ("store", "default"),
        ("store", "00000000-0000-0000-0000-000000000000"),
        ("store", None),
    ],
)
def test_another_claim(visitor, forger, name, value):
    assert_refused(visitor, forger.saying(**{name: value}))


def test_an_id_is_written_in_one_way(visitor, forger):
    sid = str(forger.family.public_id)
    for spelled in (sid.upper(), sid.replace("-", ""), f"{{{sid}}}", f"urn:uuid:{sid}"):
        if spelled != sid:
            assert_refused(visitor, forger.saying(sid=spelled))


def test_a_person_who_is_not_the_one_of_the_session(visitor, forger, store):
    other = UserFactory(store=store)
    assert_refused(visitor, forger.saying(sub=str(other.public_id)))
    assert_refused(visitor, forger.saying(store=str(StoreFactory().public_id)))


def test_rights_that_are_claimed_are_not_believed(visitor, forger):
    claimed = forger.saying(scope="manage_staff write_catalog", is_staff=True, role="admin")
    visitor.credentials(HTTP_AUTHORIZATION=f"Bearer {claimed}")

    assert visitor.get("/api/v1/me").json()["is_staff"] is False
    assert visitor.post("/api/v1/products", {}).status_code == 403


def test_what_was_signed_was_changed(visitor, forger):
    header, claims, signature = forger.headed().split(".")
    other = part(forger.claims | {"sub": str(uuid7())})
    longer = part(forger.claims | {"exp": now() + 800})
    # The last of 342 letters holds two bits of the signature and four that mean nothing: the letter
    # after it in the alphabet decodes to the same.
    letters = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
    respelled = letters[letters.index(signature[-1]) + 1]
    for token in (
        f"{header}.{other}.{signature}",
        f"{header}.{longer}.{signature}",
        f"{header}.{claims}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}",
        f"{header}.{claims}.{signature[:-1]}{respelled}",
        f"{header}.{claims}.{signature[::-1]}",
        f"{header}.{claims}.{signature[:-4]}",
        f"{header}.{claims}.{signature}AAAA",
        f"{header}.{claims}.{part(b'')}",
        f"{header}.{claims}.{part(bytes(256))}",
        f"{header}.{claims}.{signature}=",
        f"{header}=.{claims}.{signature}",
        f"{claims}.{header}.{signature}",
    ):
        assert_refused(visitor, token)


def test_what_is_hardly_a_token(visitor, forger):
    good = forger.headed()
    header, claims, signature = good.split(".")
    for token in (
        "x",
        "not.a.token",
        "..",
        "...",
        ".",
        header,
        f"{header}.",
        f"{header}.{claims}",
        f"{header}.{claims}.",
        f".{claims}.{signature}",
        f"{good}.{signature}",
        good[:-1],
        good[1:],
        good.replace(".", ","),
        good.replace("-", "+").replace("_", "/") + "=",
        good + "\x00",
        good * 2,
        "x" * 4097,
        f"{header}.{part(b'x' * 4000)}.{signature}",
        "null",
        "{}",
        '{"alg":"RS256"}',
        "%2e%2e%2f",
    ):
        assert_refused(visitor, token)


@pytest.mark.parametrize("token", ["é.é.é", "\xff\xfe.x.y", "\u00b9"])
def test_what_is_not_ascii(visitor, forger, token):
    assert_refused(visitor, token)


def test_two_tokens_in_one_header(visitor, forger):
    two = f"{forger.headed()} {forger.headed()}"
    visitor.credentials(HTTP_AUTHORIZATION=f"Bearer {two}")

    refused = visitor.get("/api/v1/me")
    assert (refused.status_code, refused.json()["code"]) == (401, "bad_authorization_header")


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"null",
        b"[]",
        b'"RS256"',
        b"{",
        b"\xff\xfe",
        b"[" * 2500,
        b'{"alg":' * 400,
        b'{"alg":"RS256","typ":"at+jwt","kid":NaN}',
        b'{"alg":"RS256","typ":"at+jwt","kid":1e999}',
    ],
)
def test_a_header_that_is_none(visitor, forger, header):
    assert_refused(visitor, signed(header, forger.claims, forger.private))


@pytest.mark.parametrize(
    "payload", [b"", b"null", b"[]", b'"x"', b"{", b"\xff", b"[" * 2000, b"1" * 3000]
)
def test_a_payload_that_is_none(visitor, forger, payload):
    assert_refused(visitor, signed(forger.header, payload, forger.private))


def test_one_thing_said_twice(visitor, forger):
    header, claims = json.dumps(forger.header), json.dumps(forger.claims)
    twice = [
        ('{"alg":"none",' + header[1:], claims),
        (header[:-1] + ',"alg":"RS256"}', claims),
        (header[:-1] + f',"kid":"{forger.kid}"}}', claims),
        (header, f'{{"sub":"{uuid7()}",' + claims[1:]),
        (header, claims[:-1] + f',"exp":{now() + 700}}}'),
        (header, claims[:-1] + ',"scope":"manage_staff"}'),
    ]
    for first, second in twice:
        assert_refused(visitor, signed(first.encode(), second.encode(), forger.private))


def test_numbers_that_are_none(visitor, forger):
    claims = json.dumps(forger.claims | {"exp": 0})
    for number in ("NaN", "Infinity", "-Infinity", "1e400", "1e9"):
        said = claims.replace('"exp": 0', f'"exp": {number}')
        assert_refused(visitor, signed(forger.header, said.encode(), forger.private))


def test_a_key_that_was_revoked(visitor, forger):
    token, kid = forger.headed(), forger.kid
    services.revoke_signing_key(kid=kid, now=timezone.now())

    assert_refused(visitor, token)
    assert_refused(visitor, forger.headed())


def test_a_key_that_was_revoked_elsewhere_a_moment_ago(visitor, forger):
    visitor.credentials(HTTP_AUTHORIZATION=f"Bearer {forger.headed()}")
    assert visitor.get("/api/v1/me").status_code == 200
    key = SigningKey.objects.get(kid=forger.kid)
    key.revoke(kept_until=timezone.now() + timedelta(days=7))  # this process knows nothing of it

    assert_refused(visitor, forger.headed())


def test_a_key_whose_last_token_has_expired(visitor, forger):
    key = SigningKey.objects.get(kid=forger.kid)
    key.retire(kept_until=timezone.now() - timedelta(seconds=1))

    assert_refused(visitor, forger.headed())


@pytest.mark.parametrize("reason", list(EndReason))
def test_a_session_that_has_ended(visitor, forger, reason):
    token = forger.headed()
    services.end_session(family_id=forger.family.public_id, reason=reason)

    assert_refused(visitor, token)


def test_a_session_that_has_expired(visitor, forger):
    token = forger.headed()
    TokenFamily.objects.update(
        created_at=timezone.now() - timedelta(days=8),
        expires_at=timezone.now() - timedelta(seconds=1),
    )

    assert_refused(visitor, token)


def test_somebody_who_is_inactive_or_gone(visitor, forger, shopper):
    token = forger.headed()
    shopper.is_active = False
    shopper.save()
    assert_refused(visitor, token)

    shopper.delete()
    assert_refused(visitor, token)


def test_somebody_of_another_store(visitor, forger):
    stranger = TokenFamilyFactory()
    claims = claims_of(stranger)
    assert_refused(visitor, signed(forger.header, claims, forger.private))

    here = claims | {"store": str(forger.family.store.public_id)}
    assert_refused(visitor, signed(forger.header, here, forger.private))


def test_invented_keys_cost_no_statement_each(visitor, forger):
    visitor.credentials(HTTP_AUTHORIZATION=f"Bearer {forger.headed()}")
    visitor.get("/api/v1/me")

    # At most two seconds pass: the ring is read again once in each.
    with at_most(3):
        for number in range(50):
            token = forger.headed(kid=f"{number:043}")
            visitor.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
            assert visitor.get("/api/v1/me").status_code == 401
