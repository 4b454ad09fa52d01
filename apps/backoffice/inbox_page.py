"""The exception inbox: what went wrong, in plain words, and one click for each."""

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from apps.backoffice import services
from apps.core.access import holds
from apps.core.errors import CommerceError, NotFound
from apps.core.inbox_kinds import Fix, Kind

INBOX = "admin:inbox"
_MOST_ON_BADGE = 9
# The widest integer key that the database knows.
_LAST_KEY = 2**63 - 1


@dataclass(frozen=True, kw_only=True)
class Shown:
    """An entry, where it leads, and the buttons that this member of staff may press."""

    entry: services.Entry
    link: str
    fixes: list[tuple[Fix, str]]


def _readable(request: HttpRequest) -> list[Kind]:
    return [kind for kind in services.exception_kinds() if holds(request.user, kind.scope)]


def may_open_inbox(request: HttpRequest) -> bool:
    """This function will tell whether somebody may read anything that stands there."""
    return bool(_readable(request))


def inbox_badge(request: HttpRequest) -> str:
    """This function will return how many things there are to look at, "9+" at most: one statement,
    bounded for each kind. "" when there is nothing."""
    found = services.find_exceptions(
        store=request.store,  # type: ignore[attr-defined]
        kinds=_readable(request),
        now=timezone.now(),
        most=_MOST_ON_BADGE + 1,
    )
    count = len(found)
    return f"{_MOST_ON_BADGE}+" if count > _MOST_ON_BADGE else str(count or "")


@require_GET
def inbox_page(request: HttpRequest) -> HttpResponse:
    """This function will show what is wrong, kind by kind."""
    kinds = _readable(request)
    if not kinds:
        raise PermissionDenied
    found = services.find_exceptions(
        store=request.store,  # type: ignore[attr-defined]
        kinds=kinds,
        now=timezone.now(),
    )
    context = {
        **admin.site.each_context(request),
        "title": "Exception inbox",
        "groups": [
            (kind, [_shown(entry, request) for entry in entries])
            for kind, entries in groupby(found, key=attrgetter("kind"))
        ],
    }
    return TemplateResponse(request, "admin/backoffice/inbox.html", context)


def _shown(entry: services.Entry, request: HttpRequest) -> Shown:
    kind = entry.kind
    if kind.listing:
        link = f"{reverse(f'admin:{kind.page}_changelist')}?{kind.listing}"
    else:
        link = reverse(f"admin:{kind.page}_change", args=[entry.key])
    fixes = [
        (fix, reverse("admin:inbox_settle", args=[kind.name, entry.key, fix.name]))
        for fix in kind.fixes
        if holds(request.user, fix.scope)
    ]
    return Shown(entry=entry, link=link, fixes=fixes)


@require_POST
def settle_page(request: HttpRequest, kind: str, key: int, fix: str) -> HttpResponse:
    """This function will have a fix done, and tell what became of it on the inbox."""
    wanted, chosen = _named(kind, fix)
    if not (holds(request.user, wanted.scope) and holds(request.user, chosen.scope)):
        raise PermissionDenied
    acting: Any = request.user
    try:
        told = services.settle_exception(
            store=request.store,  # type: ignore[attr-defined]
            kind=wanted,
            fix=chosen,
            key=min(key, _LAST_KEY),
            told=request.POST.get("told", ""),
            by=acting,
            now=timezone.now(),
        )
    except NotFound as missing:
        raise Http404 from missing
    except CommerceError as refusal:
        messages.error(request, f"{wanted.title}: {refusal.in_words}")
    else:
        messages.success(request, f"{wanted.title}: {told}")
    return HttpResponseRedirect(reverse(INBOX))


def _named(kind: str, fix: str) -> tuple[Kind, Fix]:
    for one in services.exception_kinds():
        if one.name == kind and (chosen := one.fix_named(fix)):
            return one, chosen
    raise Http404
