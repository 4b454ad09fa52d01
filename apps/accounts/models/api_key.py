from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from apps.accounts.models.user import User
from apps.accounts.scopes import Scope
from apps.core.models import Record
from apps.stores.models import Store, StoreOwned, StoreScopedQuerySet


class ApiKey(StoreOwned, Record):
    """How a machine shows who it is: in one store, for some scopes, for some time.

    Of the key itself there is a digest; it was shown once. The row is the caller of the requests
    that are made with it.
    """

    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=8, help_text="What the key begins with, to know it by.")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=40))
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )

    objects = StoreScopedQuerySet["ApiKey"].as_manager()

    is_person = False
    is_authenticated = True
    is_active = True
    is_staff = False
    is_superuser = False

    class Meta:
        verbose_name = "API key"
        constraints = [
            models.CheckConstraint(
                condition=Q(scopes__contained_by=[one.value for one in Scope]),
                name="api_key_scopes_are_known",
            ),
        ]
        indexes = [models.Index(fields=["store", "created_at"], name="api_key_by_store_and_time")]

    def __str__(self) -> str:
        return f"{self.name} (tpk_{self.prefix}…)"

    def has_scope(self, scope: str) -> bool:
        """This function will tell whether the key was given a right."""
        return scope in self.scopes

    def scopes_at(self, store: Store) -> frozenset[str]:
        """The rights of the key at a store: none but at its own."""
        return frozenset(self.scopes if self.store_id == store.pk else ())
