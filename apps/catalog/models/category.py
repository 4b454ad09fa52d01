from typing import Self

from django.db import models
from django.db.models.expressions import RawSQL

from apps.catalog.models.queryset import SluggedQuerySet
from apps.catalog.slugs import MAX_LENGTH, UUID_PATTERN, validate_slug
from apps.core.models import LiveManager, SoftDeletable, VersionedRecord
from apps.stores.models import StoreOwned

# UNION, not UNION ALL: a cycle that should not be there ends the walk instead of the server.
_DOWN = """
WITH RECURSIVE tree(id) AS (
    ({roots})
    UNION
    SELECT child.id FROM catalog_category child JOIN tree ON child.parent_id = tree.id
    WHERE child.deleted_at IS NULL
) SELECT id FROM tree
"""
_UP = """
WITH RECURSIVE tree(id) AS (
    ({roots})
    UNION
    SELECT child.parent_id FROM catalog_category child JOIN tree ON child.id = tree.id
    WHERE child.parent_id IS NOT NULL
) SELECT id FROM tree
"""


class CategoryQuerySet(SluggedQuerySet["Category"]):
    def with_descendants_of(self, roots: Self) -> Self:
        """This function will keep these categories and everything below them."""
        return self.filter(pk__in=_walk(_DOWN, roots))

    def with_ancestors_of(self, roots: Self) -> Self:
        """This function will keep these categories and everything above them."""
        return self.filter(pk__in=_walk(_UP, roots))


def _walk(statement: str, roots: CategoryQuerySet) -> RawSQL:
    sql, parameters = roots.order_by().values("pk").query.sql_with_params()
    return RawSQL(statement.format(roots=sql), parameters)  # noqa: S611 - made of our own SQL


class Category(StoreOwned, VersionedRecord, SoftDeletable):
    """A shelf. Shelves stand in a tree; a product may stand on several."""

    slug = models.SlugField(max_length=MAX_LENGTH, validators=[validate_slug])
    name = models.CharField(max_length=200)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    position = models.PositiveIntegerField(default=0, help_text="Smaller numbers come first.")

    objects = LiveManager.from_queryset(CategoryQuerySet)()
    with_deleted = models.Manager()

    class Meta:
        verbose_name_plural = "categories"
        ordering = ["position", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "slug"],
                condition=models.Q(deleted_at__isnull=True),
                name="category_slug_once_in_store",
                violation_error_message="Another category has this slug.",
            ),
            models.CheckConstraint(
                condition=~models.Q(slug="") & ~models.Q(slug__iregex=UUID_PATTERN),
                name="category_slug_is_no_id",
            ),
            models.CheckConstraint(
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("pk")),
                name="category_is_not_its_own_parent",
            ),
        ]
        indexes = [
            models.Index(fields=["store", "position", "name"], name="category_by_store_and_place"),
        ]

    def __str__(self) -> str:
        return self.name
