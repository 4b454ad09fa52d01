"""The only reader of the environment: whatever an installation decides comes through here."""

import re
from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import quote

import environ
from django.core.exceptions import ImproperlyConfigured

from apps.core.rates import read_rate
from config import kept_secrets
from config.embedded import ensure_postgres, ensure_valkey

BASE_DIR = Path(__file__).resolve().parent.parent

_env = environ.Env()
_env.read_env(BASE_DIR / ".env")


def required(name: str, *, hint: str) -> str:
    """This function will return a variable that has no default.

    Raises:
        ImproperlyConfigured: the variable is missing or empty; the message says what to set.
    """
    value = _env.str(name, default="")
    if not value.strip(" ,"):
        raise ImproperlyConfigured(f"Set {name}: {hint}.")
    return value


def secret(name: str, *, profile: str, make: Callable[[], str]) -> str:
    """This function will return a secret: the variable's value or, without one, what was made when
    it was first asked for and is kept in `var/<profile>/secrets`.

    Only for a machine of one's own: production demands its secrets with `required`.
    """
    return _env.str(name, default="") or kept_secrets.kept_secret(
        BASE_DIR / "var" / profile / "secrets" / name.lower(), make=make
    )


def text(name: str, default: str) -> str:
    """This function will return a variable as text."""
    return _env.str(name, default=default)


def number(name: str, default: int) -> int:
    """This function will return a variable as a whole number."""
    return _env.int(name, default=default)


def flag(name: str, *, default: bool) -> bool:
    """This function will return a variable as true or false."""
    return _env.bool(name, default=default)


def names(name: str, default: list[str]) -> list[str]:
    """This function will return a comma-separated variable as a list, of what is not blank."""
    return [text.strip() for text in _env.list(name, default=default) if text.strip()]


def rate(name: str, default: str) -> str:
    """This function will return a variable that says how often something may be done.

    Raises:
        ImproperlyConfigured: it is not 10/15m or the like, and not off.
    """
    value = text(name, default)
    try:
        read_rate(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}.") from error
    return value


def networks(name: str) -> list[str]:
    """This function will return a comma-separated variable of addresses and networks.

    Raises:
        ImproperlyConfigured: an entry is neither, nor the word "unix".
    """
    found = names(name, [])
    for entry in found:
        try:
            entry == "unix" or ip_network(entry, strict=False)
        except ValueError:
            raise ImproperlyConfigured(
                f"{name} holds {entry}, which is no network such as 10.0.0.0/8."
            ) from None
    return found


def link(name: str, *, fields: list[str]) -> str:
    """This function will return a variable that is a link with fields such as {token} to be filled
    in, of which it must have the first; "" when it is missing.

    Raises:
        ImproperlyConfigured: it is no such link.
    """
    value = _env.str(name, default="")
    named = re.findall(r"{(.*?)}", value)
    is_whole = value.count("{") == value.count("}") == len(named) and set(named) <= set(fields)
    is_link = value.startswith(("https://", "http://")) and is_whole and fields[0] in named
    if value and not is_link:
        raise ImproperlyConfigured(f"{name} is not https://shop.example/page#{{{fields[0]}}}.")
    return value


def database(*, profile: str) -> dict[str, Any]:
    """This function will return the `DATABASES["default"]` entry.

    `DATABASE_URL` names a PostgreSQL of one's own; without it the embedded one is started or
    joined.

    Raises:
        ImproperlyConfigured: the URL is not one of a PostgreSQL database.
    """
    return _postgres("DATABASE_URL") or ensure_postgres(profile=profile)


def audit_database(*, beside: dict[str, Any]) -> dict[str, Any]:
    """This function will return the `DATABASES["audit"]` entry.

    `AUDIT_DATABASE_URL` names it; without it, it lies beside the database of the shop, on the same
    server, and is called like it with `_audit` at the end.

    Raises:
        ImproperlyConfigured: the URL is not one of a PostgreSQL database.
    """
    return _postgres("AUDIT_DATABASE_URL") or beside | {"NAME": f"{beside['NAME']}_audit"}


def _postgres(name: str) -> dict[str, Any]:
    url = _env.str(name, default="")
    if url and not url.startswith(("postgres://", "postgresql://")):
        raise ImproperlyConfigured(f"{name} is not postgres://user:password@host:5432/name.")
    return dict(_env.db_url(name)) if url else {}


def test_profile() -> str:
    """This function will name the embedded servers of the tests: each of several processes that run
    them side by side (pytest-xdist) has its own."""
    return "-".join(filter(None, ["test", _env.str("PYTEST_XDIST_WORKER", default="")]))


def cache_and_broker(*, profile: str) -> tuple[str, str]:
    """This function will return the URLs of the cache and of the message broker.

    `REDIS_URL` names the cache and, unless `BROKER_URL` does, the broker too (another database of
    the same server is kind to both). Without it the embedded Valkey is started or joined.
    """
    redis_url = _env.str("REDIS_URL", default="")
    if not redis_url:
        redis_url, broker_url = ensure_valkey(profile=profile)
    else:
        broker_url = redis_url
    return redis_url, _env.str("BROKER_URL", default=broker_url)


def mail(*, default_folder: Path | None = None) -> dict[str, Any]:
    """This function will return Django's settings of the mail server that `EMAIL_URL` names.

    Without it each mail is a file in `default_folder`.

    Raises:
        ImproperlyConfigured: the URL is no mail server's, or it is missing and so is the folder.
    """
    if default_folder is None:
        url = required("EMAIL_URL", hint="smtp+tls://user:password@host:587")
    else:
        url = _env.str("EMAIL_URL", default="") or f"filemail:///{quote(str(default_folder))}"
    try:
        found = dict(_env.email_url_config(url))
    except (ImproperlyConfigured, ValueError):
        # What they say may hold a part of the password.
        raise ImproperlyConfigured(
            "EMAIL_URL is not smtp+tls://user:password@host:587 (or smtp+ssl, smtp, consolemail)."
        ) from None
    if found["EMAIL_PORT"] is None:
        found["EMAIL_PORT"] = 465 if found.get("EMAIL_USE_SSL") else 587
    found.pop("OPTIONS", None)
    return found
