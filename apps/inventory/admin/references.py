"""Where a reference of stock leads: the apps above say what they know it as."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.html import format_html

from apps.core.admin import OfferedOrder

# What some references are called, and the address of the page of each, for whoever asks.
Finder = Callable[[HttpRequest, set[UUID]], Mapping[UUID, tuple[str, str]]]

_finders: list[Finder] = []


def register_finder(finder: Finder) -> Finder:
    """This function will have an app asked for its pages, once for all rows that are shown."""
    _finders.append(finder)
    return finder


def mark_causes(request: HttpRequest, rows: Iterable[Any]) -> None:
    """This function will give each row a `cause`: the link to what its reference stands for, or the
    reference itself where nobody knows it, or whoever asks may not."""
    shown = list(rows)
    references = {row.reference for row in shown if row.reference is not None}
    known: dict[UUID, tuple[str, str]] = {}
    for finder in _finders if references else ():
        known |= finder(request, references)
    for row in shown:
        row.cause = row.reference or "-"
        if row.reference in known:
            label, address = known[row.reference]
            row.cause = format_html('<a href="{}" class="text-link">{}</a>', address, label)


class WithCauses(OfferedOrder):
    """A list whose rows know what they were for."""

    def get_results(self, request: HttpRequest) -> None:
        """This function will read a page of rows, and what they were for."""
        super().get_results(request)
        mark_causes(request, self.result_list)
