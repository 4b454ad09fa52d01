"""Rows below a row, and never more of them than a page can show."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from unfold.forms import PaginationInlineFormSet


class BoundedFormSet(PaginationInlineFormSet):
    """Shows so many rows at most, and knows whether there are more."""

    most: int = 50
    is_cut: bool = False

    def get_queryset(self) -> Any:
        """This function will read the first rows; those of a page of them are few already."""
        if not hasattr(self, "_bounded"):
            rows = super().get_queryset()
            self._bounded = rows if self.per_page else self._shown(self.first_of(rows))
        return self._bounded

    def first_of(self, rows: QuerySet[Any]) -> Sequence[Any]:
        """This function will read no more rows than are shown, and one to know of the others. What
        has read them already returns those."""
        return list(rows[: self.most + 1])

    def _shown(self, rows: Sequence[Any]) -> Sequence[Any]:
        self.is_cut = len(rows) > self.most
        return rows[: self.most]
