from django.db import models
from django.db.models import Q
from django_countries.fields import CountryField

from apps.accounts.models.user import User
from apps.core.models import VersionedRecord
from apps.stores.models import StoreOwned, StoreScopedQuerySet


class Address(StoreOwned, VersionedRecord):
    """Where a person wants things sent."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="addresses")
    full_name = models.CharField(max_length=150)
    company = models.CharField(max_length=150, blank=True)
    street = models.CharField(max_length=200)
    street_extra = models.CharField(max_length=200, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=100)
    region = models.CharField(max_length=100, blank=True)
    country = CountryField()
    phone = models.CharField(max_length=30, blank=True)
    is_default = models.BooleanField(default=False)

    objects = StoreScopedQuerySet["Address"].as_manager()

    class Meta:
        verbose_name_plural = "addresses"
        constraints = [
            models.UniqueConstraint(
                fields=["owner"],
                condition=Q(is_default=True),
                name="one_default_address_for_each_person",
            ),
        ]
        indexes = [models.Index(fields=["store", "created_at"], name="address_by_store_and_time")]

    def __str__(self) -> str:
        return f"{self.full_name}, {self.city}"
