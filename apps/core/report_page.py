"""What became of each of the rows that somebody chose in a list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.admin import ModelAdmin

from apps.core.errors import CommerceError

MOST_AT_ONCE = 50


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One row, where it is shown, and why nothing was done with it, if nothing was."""

    named: str
    page: str
    refusal: str = ""


def chosen_rows(page: ModelAdmin, request: HttpRequest, rows: QuerySet[Any]) -> list[Any]:
    """This function will read the chosen rows: none, and a message, when they are more than a page
    holds. Whoever presses "select all" by mistake loses nothing."""
    chosen = list(rows[: MOST_AT_ONCE + 1])
    if len(chosen) <= MOST_AT_ONCE:
        return chosen
    refusal = f"At most {MOST_AT_ONCE} at once. Nothing was done."
    page.message_user(request, refusal, messages.ERROR)
    return []


def report_page(
    page: ModelAdmin,
    request: HttpRequest,
    *,
    rows: Sequence[Model],
    act: Callable[[Any], object],
    title: str,
) -> HttpResponse:
    """This function will act on row after row, and show what became of each.

    What is refused keeps nobody back. The way leads back to the list as it was.
    """
    outcomes = [_outcome(page, row, act) for row in rows]
    refused = sum(1 for one in outcomes if one.refusal)
    shown = {
        **page.admin_site.each_context(request),
        "title": title,
        "opts": page.opts,
        "outcomes": outcomes,
        "done": len(outcomes) - refused,
        "refused": refused,
        "back": request.get_full_path(),
    }
    return TemplateResponse(request, "admin/report_page.html", shown)


def _outcome(page: ModelAdmin, row: Model, act: Callable[[Any], object]) -> Outcome:
    refusal = ""
    try:
        act(row)
    except CommerceError as error:
        refusal = error.in_words
    name = f"admin:{page.opts.app_label}_{page.opts.model_name}_change"
    return Outcome(named=str(row), page=reverse(name, args=[row.pk]), refusal=refusal)
