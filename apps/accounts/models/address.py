from django.db import models
from django.db.models import Q
from django_countries.fields import CountryField

from apps.accounts.models.user import User
from apps.core.encrypted_fields import EncryptedLineField
from apps.core.models import VersionedRecord
from apps.stores.models import StoreOwned, StoreScopedQuerySet


class Address(StoreOwned, VersionedRecord):
    """Where a person wants things sent."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="addresses")
    full_name = EncryptedLineField(max_length=150)
    company = EncryptedLineField(max_length=150, blank=True)
    street = EncryptedLineField(max_length=200)
    street_extra = EncryptedLineField(max_length=200, blank=True)
    postal_code = EncryptedLineField(max_length=20, blank=True)
    city = EncryptedLineField(max_length=100)
    region = EncryptedLineField(max_length=100, blank=True)
    country = CountryField()
    phone = EncryptedLineField(max_length=30, blank=True)
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
        return str(self.public_id)  # Django's admin keeps it in clear, with what was done
