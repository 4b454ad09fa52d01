from django.db import models
from django.db.models import Q

from apps.accounts.models.user import User
from apps.accounts.scopes import Role
from apps.core.models import Record
from apps.stores.models import StoreOwned, StoreScopedQuerySet


class Membership(StoreOwned, Record):
    """What a member of staff is in a store. One may have several roles, in several stores."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=[(one.value, one.value) for one in Role])

    objects = StoreScopedQuerySet["Membership"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "store", "role"], name="role_once_for_person_and_store"
            ),
            models.CheckConstraint(
                condition=Q(role__in=[one.value for one in Role]), name="membership_role_is_known"
            ),
        ]
        indexes = [
            models.Index(fields=["store", "created_at"], name="membership_by_store_and_time")
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.store_id}"
