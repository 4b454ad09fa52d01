"""Other services check our tokens with nothing but what stands at one address."""

import io
import json
import urllib.request

import jwt
import pytest
from django.utils import timezone
from jwt import PyJWKClient

from apps.accounts import services
from apps.accounts.models import SigningKey

ADDRESS = "/.well-known/jwks.json"


@pytest.fixture
def _published(monkeypatch, anonymous):
    """What a client of the address gets is what the view answers."""

    def fetch(request, **_):
        return io.BytesIO(anonymous.get(ADDRESS).content)

    monkeypatch.setattr(urllib.request, "urlopen", fetch)
    monkeypatch.setattr(urllib.request.OpenerDirector, "open", lambda _, *a, **k: fetch(*a, **k))


def believed(token):
    """As another service would read a token: it has this address, our name, and its own."""
    key = PyJWKClient(f"https://shop.example{ADDRESS}").get_signing_key_from_jwt(token)
    return jwt.decode(
        token, key.key, algorithms=["RS256"], issuer="tradepost", audience="tradepost-api"
    )


@pytest.mark.usefixtures("_published")
def test_another_service_believes_an_access_token(staff):
    claims = believed(services.issue_tokens(person=staff).grant.access)

    assert claims["sub"] == str(staff.public_id)
    assert "refund_payments" in claims["scope"].split()


@pytest.mark.usefixtures("_published")
def test_another_service_does_not_believe_a_refresh_token(shopper):
    with pytest.raises(jwt.InvalidAudienceError):
        believed(services.issue_tokens(person=shopper).refresh)


@pytest.mark.usefixtures("_published")
def test_after_a_rotation_it_believes_old_and_new(shopper, settings):
    settings.SIGNING_KEY_PUBLISHED_SECONDS = 0
    before = services.issue_tokens(person=shopper).grant.access
    services.rotate_signing_keys(now=timezone.now())
    after = services.issue_tokens(person=shopper).grant.access

    assert jwt.get_unverified_header(before)["kid"] != jwt.get_unverified_header(after)["kid"]
    assert believed(before)["sub"] == believed(after)["sub"] == str(shopper.public_id)


@pytest.mark.usefixtures("_published")
def test_after_a_revocation_it_believes_nothing_of_that_key(shopper):
    token = services.issue_tokens(person=shopper).grant.access
    kid = jwt.get_unverified_header(token)["kid"]
    services.revoke_signing_key(kid=kid, now=timezone.now())

    with pytest.raises(jwt.PyJWKClientError):
        believed(token)


def test_shows_the_public_parts_of_current_next_and_retiring(anonymous, settings):
    settings.SIGNING_KEY_PUBLISHED_SECONDS = 0
    services.ensure_signing_keys()
    services.rotate_signing_keys(now=timezone.now())

    response = anonymous.get(ADDRESS)

    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    shown = {key["kid"]: key for key in response.json()["keys"]}
    assert sorted(SigningKey.objects.values_list("state", flat=True)) == [
        "current",
        "next",
        "retiring",
    ]
    assert set(shown) == set(SigningKey.objects.values_list("kid", flat=True))
    for key in shown.values():
        assert set(key) == {"kty", "use", "alg", "kid", "n", "e"}
        assert (key["kty"], key["use"], key["alg"], key["e"]) == ("RSA", "sig", "RS256", "AQAB")


def test_makes_the_first_key_for_whoever_asks_first(anonymous):
    assert len(anonymous.get(ADDRESS).json()["keys"]) == 2
    assert SigningKey.objects.count() == 2


def test_may_be_kept_and_asked_for_again(anonymous):
    response = anonymous.get(ADDRESS)
    assert response["Cache-Control"] == "public, max-age=300"

    again = anonymous.get(ADDRESS, HTTP_IF_NONE_MATCH=response["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    services.revoke_signing_key(kid=response.json()["keys"][0]["kid"], now=timezone.now())
    assert anonymous.get(ADDRESS, HTTP_IF_NONE_MATCH=response["ETag"]).status_code == 200


def test_holds_nothing_private(anonymous):
    text = anonymous.get(ADDRESS).content.decode()

    assert "PRIVATE" not in text
    assert not {"d", "p", "q", "dp", "dq", "qi"} & set(json.loads(text)["keys"][0])


def test_only_shows(anonymous):
    for method in (anonymous.post, anonymous.put, anonymous.delete):
        assert method(ADDRESS, {}).status_code == 405
