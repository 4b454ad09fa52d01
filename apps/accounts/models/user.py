"""People: who they are to one store, and where they live."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Lower
from django_countries.fields import CountryField

from apps.core.models import VersionedRecord
from apps.stores.models import Store, StoreOwned, StoreScopedQuerySet


class UserManager(BaseUserManager.from_queryset(StoreScopedQuerySet["User"])):  # type: ignore[misc]
    """Makes people; e-mail addresses are compared without regard to case."""

    def create_user(
        self, *, store: Store, email: str, password: str | None = None, **fields: Any
    ) -> "User":
        """This function will save a new person with a hashed password."""
        user = self.model(store=store, email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, *, email: str, password: str | None = None) -> "User":
        """This function will save an operator of the installation, of the default store."""
        return self.create_user(
            store=Store.objects.default(),
            email=email,
            password=password,
            is_staff=True,
            is_superuser=True,
        )

    def with_email(self, *, store: Store, email: str) -> "User | None":
        """This function will return the person a store knows by this address.

        An operator is known everywhere. One statement finds either, so that a look-up takes as
        long for a stranger as for anybody else.
        """
        known = self.alias(lowered=Lower("email")).filter(
            Q(store=store) | Q(is_superuser=True), lowered=Lower(Value(email))
        )
        return min(known, key=lambda person: person.store_id != store.pk, default=None)


class User(StoreOwned, VersionedRecord, AbstractBaseUser, PermissionsMixin):
    """A customer or a member of staff of one store; a superuser is at home in all of them."""

    email = models.EmailField(max_length=254)
    full_name = models.CharField(max_length=150, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [
            models.UniqueConstraint("store", Lower("email"), name="user_email_once_in_store"),
        ]
        indexes = [
            models.Index(fields=["store", "created_at"], name="user_by_store_and_time"),
            models.Index(Lower("email"), condition=Q(is_superuser=True), name="operator_by_email"),
        ]

    def __str__(self) -> str:
        return self.email

    def belongs_to(self, store: Store) -> bool:
        """This function will tell whether the person may be logged in at a store."""
        return self.is_superuser or self.store_id == store.pk


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
