"""What else there is of a person: a few of the newest, and the way to all of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from apps.accounts.models import Address, TokenFamily, User
from apps.accounts.scopes import Scope
from apps.core.access import holds
from apps.events.actors import actor_reference
from apps.mail.models import SentMail

MOST = 10
Entry = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of a person's page. `rows` returns what is listed, ten at most, each with where it
    leads; `page` is the list of all, which finds them by what `known_as` returns."""

    title: str
    scope: str
    page: str
    rows: Callable[[User], Sequence[Entry]] | None = None
    known_as: Callable[[User], str] = lambda person: str(person.public_id)

    def shown(self, person: User) -> dict[str, Any]:
        """This function will return what the template shows."""
        return {
            "title": self.title,
            "rows": self.rows(person) if self.rows else None,
            "all": f"{reverse(f'admin:{self.page}_changelist')}?q={self.known_as(person)}",
        }


def change_link(page: str, row: Any) -> str:
    """This function will return where a row is shown."""
    return reverse(f"admin:{page}_change", args=[row.pk])


def sections_for(request: HttpRequest, person: User, known: Sequence[Section]) -> list[Any]:
    """This function will return the sections that this member of staff may read."""
    return [one.shown(person) for one in known if holds(request.user, one.scope)]


def _addresses(person: User) -> list[Entry]:
    found = Address.objects.filter(owner=person).order_by("-is_default", "-pk")[:MOST]
    return [
        (
            f"{one.country.name}{', by default' if one.is_default else ''}",
            change_link("accounts_address", one),
        )
        for one in found
    ]


def _sessions(person: User) -> list[Entry]:
    found = TokenFamily.objects.filter(person=person).order_by("-pk")[:MOST]
    return [
        (
            f"since {one.created_at:%Y-%m-%d %H:%M}, {one.end_reason or 'open'}",
            change_link("accounts_tokenfamily", one),
        )
        for one in found
    ]


def _mails(person: User) -> list[Entry]:
    found = SentMail.objects.filter(recipient=actor_reference(person)).order_by("-public_id")
    return [
        (
            f"{one.created_at:%Y-%m-%d %H:%M} {one.template}, {one.state}",
            change_link("mail_sentmail", one),
        )
        for one in found[:MOST]
    ]


SECTIONS = [
    Section(
        title="Addresses", scope=Scope.READ_CUSTOMERS, page="accounts_address", rows=_addresses
    ),
    Section(
        title="Sessions", scope=Scope.MANAGE_STAFF, page="accounts_tokenfamily", rows=_sessions
    ),
    Section(
        title="Letters",
        scope=Scope.READ_EVENTS,
        page="mail_sentmail",
        rows=_mails,
        known_as=actor_reference,
    ),
]
