import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


def test_a_link_has_a_place_for_the_token(monkeypatch):
    monkeypatch.setenv("VERIFY_EMAIL_LINK", "https://{store}.example/verify#{token}")

    link = env.link("VERIFY_EMAIL_LINK", fields=["token", "store"])

    assert link == "https://{store}.example/verify#{token}"
    assert env.link("NOT_SET_LINK", fields=["token"]) == ""


@pytest.mark.parametrize(
    "link",
    [
        "https://shop.example/verify",
        "https://shop.example/{store}",
        "https://shop.example/{token}/{secret}",
        "https://shop.example/{token.__class__}",
        "https://shop.example/{token}{",
        "javascript:{token}",
    ],
)
def test_what_is_no_such_link_is_named_when_the_process_starts(monkeypatch, link):
    monkeypatch.setenv("VERIFY_EMAIL_LINK", link)

    with pytest.raises(ImproperlyConfigured, match="VERIFY_EMAIL_LINK is not"):
        env.link("VERIFY_EMAIL_LINK", fields=["token", "store"])
