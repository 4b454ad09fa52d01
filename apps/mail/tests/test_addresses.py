import pytest

from apps.mail.addresses import can_be_mailed, domain_of, one_line, sender_of
from apps.stores.tests.factories import StoreFactory


@pytest.mark.parametrize(
    "address", ["ada@example.com", "ada+shop@mail.example.com", "ada@bücher.example"]
)
def test_addresses_that_can_be_mailed(address):
    assert can_be_mailed(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "ada@",
        "@example.com",
        "ada@example.com\n",
        "ada@example.com\r\nBcc: all@example.com",
        "ada@example.com, bob@example.com",
        "Ada <ada@example.com>",
        '"a\x0bda"@example.com',
        "äda@example.com",
        f"{'a' * 400}@example.com",
    ],
)
def test_addresses_that_cannot(address):
    assert not can_be_mailed(address)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Two\r\nlines", "Two lines"),
        (" a\tb\u2028c\x00d\x85e ", "a b c d e"),
        ("\ud800", ""),
        ("Bücher & more", "Bücher & more"),
    ],
)
def test_a_line_has_no_ends_and_nothing_invisible(text, line):
    assert one_line(text) == line


@pytest.mark.parametrize(
    ("name", "email", "sender"),
    [
        ("Shop", "shop@shop.example", "Shop <shop@shop.example>"),
        ("Mugs, Inc.", "shop@shop.example", '"Mugs, Inc." <shop@shop.example>'),
        ('"Best" <Shop>', "shop@shop.example", r'"\"Best\" <Shop>" <shop@shop.example>'),
        ("A\r\nBcc: all@x.example", "a@b.example", '"A Bcc: all@x.example" <a@b.example>'),
        ("Bücher", "shop@shop.example", "Bücher <shop@shop.example>"),
        ("Shop", "", "Default <default@shop.example>"),
        ("Shop", "shop@shop.example\nBcc: x", "Default <default@shop.example>"),
    ],
)
def test_mails_come_from_the_store_or_else_from_the_installation(settings, name, email, sender):
    settings.DEFAULT_FROM_EMAIL = "Default <default@shop.example>"
    assert sender_of(StoreFactory.build(name=name, email=email)) == sender


@pytest.mark.parametrize(
    ("sender", "domain"),
    [
        ("Shop <shop@shop.example>", "shop.example"),
        ("shop@bücher.example", "xn--bcher-kva.example"),
        ("nobody", "localhost"),
        (f"shop@{'a' * 70}.example", "localhost"),
    ],
)
def test_the_domain_of_a_sender_is_ascii(sender, domain):
    assert domain_of(sender) == domain
