from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models.functions import Collate, Length, Upper
from django.db.models.lookups import Exact, LessThanOrEqual
from django.utils import timezone

from apps.catalog.models.category import Category
from apps.catalog.models.queryset import SluggedQuerySet
from apps.catalog.slugs import MAX_LENGTH, UUID_PATTERN, validate_slug
from apps.catalog.validators import validate_metadata, validate_option_names, validate_tags
from apps.core.models import LiveManager, SoftDeletable, VersionedRecord
from apps.stores.models import StoreOwned

MAX_OPTIONS = 3
MAX_VARIANTS = 250
MAX_IMAGES = 250
MAX_DESCRIPTION = 50_000


class ProductQuerySet(SluggedQuerySet["Product"]):
    def published(self) -> Self:
        """This function will keep what the public may see now."""
        return self.filter(published_at__lte=timezone.now())


class Product(StoreOwned, VersionedRecord, SoftDeletable):
    """Something a store sells; what is bought are its variants.

    Its version counts up with every change of itself, its variants and its images: they are edited
    under the lock of this row.
    """

    slug = models.SlugField(max_length=MAX_LENGTH, validators=[validate_slug])
    title = models.CharField(max_length=255)
    description = models.TextField(
        blank=True,
        validators=[MaxLengthValidator(MAX_DESCRIPTION)],
        help_text="HTML; what could do harm is removed.",
    )
    vendor = models.CharField(max_length=255, blank=True)
    product_type = models.CharField(max_length=255, blank=True)
    tags = models.JSONField(default=list, blank=True, validators=[validate_tags])
    options = ArrayField(
        models.CharField(max_length=50),
        size=MAX_OPTIONS,
        default=list,
        blank=True,
        validators=[validate_option_names],
        help_text="Names of at most three options, such as Size and Colour.",
    )
    is_featured = models.BooleanField(default=False)
    published_at = models.DateTimeField(
        null=True, blank=True, help_text="From then on the public sees it; empty hides it."
    )
    metadata = models.JSONField(default=dict, blank=True, validators=[validate_metadata])
    categories = models.ManyToManyField(Category, related_name="products", blank=True)
    first_sold_at = models.DateTimeField(null=True, blank=True, editable=False)
    # What shoppers think of it, in half points (nine are 4.5), and how much it sells: no edits.
    rating_sum = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    rating_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    popularity = models.FloatField(default=0, db_default=0, editable=False)

    objects = LiveManager.from_queryset(ProductQuerySet)()
    with_deleted = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "slug"],
                condition=models.Q(deleted_at__isnull=True),
                name="product_slug_once_in_store",
                violation_error_message="Another product has this slug.",
            ),
            models.CheckConstraint(
                condition=~models.Q(slug="") & ~models.Q(slug__iregex=UUID_PATTERN),
                name="product_slug_is_no_id",
            ),
            models.CheckConstraint(
                condition=models.Q(options__len__lte=MAX_OPTIONS), name="product_options_at_most_3"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    Exact(
                        models.Func(
                            "tags", function="jsonb_typeof", output_field=models.TextField()
                        ),
                        models.Value("array"),
                    )
                ),
                name="product_tags_are_a_list",
            ),
            models.CheckConstraint(
                condition=models.Q(rating_sum__lte=models.F("rating_count") * 10),
                name="product_rating_at_most_5",
            ),
            models.CheckConstraint(
                condition=models.Q(popularity__gte=0), name="product_popularity_not_negative"
            ),
            # A tsvector holds a megabyte; this keeps every listing's far below it.
            models.CheckConstraint(
                condition=models.Q(LessThanOrEqual(Length("description"), MAX_DESCRIPTION)),
                name="product_description_bounded",
            ),
        ]
        indexes = [
            models.Index(fields=["store", "-created_at"], name="product_by_store_and_time"),
            models.Index(fields=["store", "title"], name="product_by_store_and_title"),
            models.Index(
                fields=["store", "-created_at"],
                condition=models.Q(is_featured=True, deleted_at__isnull=True),
                name="product_featured_by_store",
            ),
            models.Index(fields=["store", "vendor"], name="product_by_store_and_vendor"),
            models.Index(
                "store",
                Collate(Upper("title"), "C"),
                condition=models.Q(deleted_at__isnull=True),
                name="product_by_beginning_of_title",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_published(self) -> bool:
        """Whether the public sees it now."""
        return self.published_at is not None and self.published_at <= timezone.now()

    def touch(self) -> None:
        """This function will count the version up because a variant or an image has changed."""
        self.save(update_fields=[])
