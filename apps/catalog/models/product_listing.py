from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL
from django.utils import timezone

from apps.catalog.conditions import Chosen, Conditions
from apps.catalog.models.product import Product
from apps.core.models import AmountField, CurrencyField
from apps.stores.models import StoreOwned, StoreScopedQuerySet


class ProductListingQuerySet(StoreScopedQuerySet["ProductListing"]):
    known_count: int | None = None

    def count(self) -> int:
        """This function will count the rows, unless somebody has done so before."""
        return super().count() if self.known_count is None else self.known_count

    def published(self) -> Self:
        """This function will keep what the public may see now."""
        return self.filter(published_at__lte=timezone.now())

    def satisfying(self, chosen: Chosen) -> Self:
        """This function will keep what has what was chosen."""
        asked = Conditions(chosen, listing="catalog_productlisting")
        condition, values = asked.positional()
        return self.filter(RawSQL(condition, values, BooleanField()))  # noqa: S611 - our own SQL


class ProductListing(StoreOwned):
    """What lists and search look at: one row for each live product, computed from the truth.

    Nobody edits it. `refresh_listings` writes it in the transaction of whatever changed a product,
    by the SQL in `apps/catalog/listing_truth.py`.
    """

    product = models.OneToOneField(
        Product, on_delete=models.CASCADE, primary_key=True, related_name="listing"
    )
    title = models.CharField(max_length=255)
    plain_title = models.TextField(help_text="In small letters, without accents.")
    vendor = models.CharField(max_length=255)
    tags = ArrayField(models.TextField())
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    is_featured = models.BooleanField()
    price_from = AmountField(null=True)
    price_to = AmountField(null=True)
    price_before = AmountField(null=True)
    price_currency = CurrencyField(null=True)
    price_bands = ArrayField(models.SmallIntegerField(), help_text="In which its prices are.")
    in_stock = models.BooleanField()
    category_ids = ArrayField(models.BigIntegerField(), help_text="With all that is above them.")
    options = ArrayField(models.TextField(), help_text="Name, unit separator, value.")
    rating = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    rating_count = models.PositiveIntegerField()
    rating_score = models.FloatField(help_text="Drawn to the middle while few have rated it.")
    popularity = models.FloatField()
    prior = models.FloatField(help_text="What it is worth before anybody asks; a logarithm.")
    search_vector = SearchVectorField()

    objects = ProductListingQuerySet.as_manager()

    class Meta:
        # `in_stock` is in no index on purpose: it flips often, and so the row stays where it is.
        indexes = [
            models.Index(
                fields=["store", "-created_at", "-product"], name="listing_by_store_and_time"
            ),
            # Counting all of a store reads this one alone.
            models.Index(fields=["store", "published_at"], name="listing_by_publication"),
            models.Index(fields=["store", "price_from", "product"], name="listing_by_price"),
            models.Index(fields=["store", "title", "product"], name="listing_by_title"),
            models.Index(fields=["store", "-popularity", "-product"], name="listing_by_popularity"),
            models.Index(fields=["store", "-rating_score", "-product"], name="listing_by_rating"),
            models.Index(fields=["store", "-prior", "-product"], name="listing_by_prior"),
            models.Index(
                fields=["store", "-is_featured", "-created_at", "-product"],
                name="listing_featured_first",
            ),
            models.Index(fields=["store", "vendor"], name="listing_by_vendor"),
            GinIndex(fields=["search_vector"], name="listing_by_word"),
            GinIndex(fields=["category_ids"], name="listing_by_category"),
            GinIndex(fields=["options"], name="listing_by_option"),
            GinIndex(fields=["tags"], name="listing_by_tag"),
        ]

    def __str__(self) -> str:
        return self.title
