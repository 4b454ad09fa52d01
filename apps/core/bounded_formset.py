"""Rows below a row, and never more of them than a page can show."""

from typing import Any

from django.db.models import QuerySet
from unfold.forms import PaginationInlineFormSet


class BoundedFormSet(PaginationInlineFormSet):
    """Reads so many rows at most, and knows whether there are more."""

    most: int = 50
    is_cut: bool = False

    def get_queryset(self) -> QuerySet[Any]:
        """This function will read the first rows; those of a page of them are few already."""
        if not hasattr(self, "_bounded"):
            rows = super().get_queryset()
            self._bounded = rows if self.per_page else self.first_of(rows)
        return self._bounded

    def first_of(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """This function will read no more rows than are shown, and one to know of the others."""
        bounded = rows[: self.most + 1]
        self.is_cut = len(bounded) > self.most
        if not self.is_cut:
            return bounded
        shorter = rows[: self.most]
        shorter._result_cache = list(bounded)[: self.most]  # noqa: SLF001 - read already
        return shorter
