from typing import Self

from django.db import models
from django.db.models import Q

from apps.accounts.models import User
from apps.catalog.bylines import UNNAMED, byline_of
from apps.catalog.models.product import Product
from apps.catalog.models.queryset import CatalogQuerySet
from apps.catalog.ratings import MOST_POINTS, stars_of
from apps.catalog.validators import PlainTextValidator
from apps.core.encrypted_fields import EncryptedLineField, EncryptedTextField
from apps.core.models import LiveManager, SoftDeletable, VersionedRecord
from apps.stores.models import StoreOwned

MAX_TITLE = 120
MAX_BODY = 5_000
MAX_REASON = 300


class ReviewState(models.TextChoices):
    PUBLISHED = "published"
    HIDDEN = "hidden"


class ReviewQuerySet(CatalogQuerySet["Review"]):
    def of_products(self) -> Self:
        """This function will keep those whose product is still there, and read it along."""
        rows = self.filter(product__deleted_at__isnull=True).select_related("product")
        return rows.defer("product__description")

    def published(self) -> Self:
        """This function will keep what counts and what the public may read."""
        return self.filter(state=ReviewState.PUBLISHED)

    def with_bylines(self) -> Self:
        """This function will read the names of the authors along, and nothing else of them."""
        return self.select_related("author").defer("author__email", "author__password")


class Review(StoreOwned, VersionedRecord, SoftDeletable):
    """What a person thinks of a product.

    Its rating counts for the product while it is live and published; it is written under the lock
    of the product. Its words are encrypted: staff hide what should never have been public, and who
    is forgotten takes theirs along.
    """

    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="reviews", db_index=False
    )
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    points = models.PositiveSmallIntegerField(help_text="Half stars: nine are 4.5.")
    title = EncryptedLineField(
        max_length=MAX_TITLE, blank=True, validators=[PlainTextValidator(lines=1)]
    )
    body = EncryptedTextField(blank=True, validators=[PlainTextValidator(most=MAX_BODY)])
    # Whether the public is told the author's first name and initial.
    show_name = models.BooleanField(default=False)
    # What orders last said: the author bought the product. No version counts up.
    is_verified = models.BooleanField(default=False, editable=False)
    state = models.CharField(
        max_length=10, choices=ReviewState.choices, default=ReviewState.PUBLISHED
    )
    hidden_reason = EncryptedLineField(
        max_length=MAX_REASON,
        blank=True,
        validators=[PlainTextValidator(lines=1)],
        help_text="The author reads it.",
    )

    objects = LiveManager.from_queryset(ReviewQuerySet)()
    with_deleted = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["author", "product"],
                condition=Q(deleted_at__isnull=True),
                name="review_once_of_each_product",
            ),
            models.CheckConstraint(
                condition=Q(points__gte=0, points__lte=MOST_POINTS), name="review_rating_0_to_5"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ReviewState.values), name="review_state_is_known"
            ),
        ]
        indexes = [
            models.Index(fields=["store", "public_id"], name="review_by_store"),
            models.Index(fields=["author", "public_id"], name="review_by_author"),
            models.Index(
                fields=["product", "-created_at", "-id"],
                condition=Q(deleted_at__isnull=True, state="published"),
                name="review_by_product_and_time",
            ),
            # Moderators read what is hidden too.
            models.Index(
                fields=["product", "-public_id"],
                condition=Q(deleted_at__isnull=True),
                name="review_by_product",
            ),
            # Few are hidden, and moderators look for them.
            models.Index(
                fields=["store", "-public_id"],
                condition=Q(deleted_at__isnull=True, state="hidden"),
                name="review_hidden_by_store",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)  # Django's admin keeps it in clear, with what was done

    @property
    def rating(self) -> str:
        """Its stars, such as "4.5"."""
        return stars_of(self.points)

    @property
    def counted(self) -> int | None:
        """The half points that it adds to its product's rating; `None` while it does not count."""
        counts = self.deleted_at is None and self.state == ReviewState.PUBLISHED
        return self.points if counts else None

    @property
    def byline(self) -> str:
        """What the public is told of its author. Who is forgotten has no name."""
        return byline_of(self.author.full_name) if self.show_name else UNNAMED

    def forget_words(self) -> list[str]:
        """This function will take the words out and return which there were; nothing is saved."""
        said = [name for name in ("title", "body", "hidden_reason") if getattr(self, name)]
        self.title = self.body = self.hidden_reason = ""
        self.show_name = False
        return said
