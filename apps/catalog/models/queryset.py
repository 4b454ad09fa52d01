"""What the QuerySets of the catalogue share."""

import re
from typing import Self, TypeVar
from uuid import UUID

from django.db import models

from apps.catalog.errors import NotInCatalog, ProductIsFull
from apps.catalog.slugs import UUID_PATTERN
from apps.stores.models import StoreScopedQuerySet

M = TypeVar("M", bound=models.Model)


class CatalogQuerySet(StoreScopedQuerySet[M]):
    """Live rows of the catalogue, found by what callers know of them."""

    def locked_row(self, pk: int) -> M:
        """This function will lock one row and return it as it now is.

        Raises:
            NotInCatalog: it is not among these rows; it may have been deleted meanwhile.
        """
        for row in self.filter(pk=pk).locked():
            return row
        raise NotInCatalog

    def place_behind(self, *, most: int) -> int:
        """This function will return the position behind the last of these rows.

        Raises:
            ProductIsFull: there are as many as there may be.
        """
        taken = self.values_list("position", flat=True)
        if len(taken) >= most:
            raise ProductIsFull
        return max(taken, default=-1) + 1


class SluggedQuerySet(CatalogQuerySet[M]):
    """Rows with a public id and a slug; either names them."""

    def named(self, *references: str) -> Self:
        """This function will keep the rows with one of these public ids or slugs."""
        public_ids = [one for one in map(_public_id, references) if one is not None]
        slugs = [one for one in references if _public_id(one) is None]
        return self.filter(models.Q(public_id__in=public_ids) | models.Q(slug__in=slugs))


def _public_id(reference: str) -> UUID | None:
    return UUID(reference) if re.match(UUID_PATTERN, reference, re.IGNORECASE) else None
