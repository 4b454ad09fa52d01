from datetime import datetime
from typing import Self
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, OuterRef, Q

from apps.accounts.models.membership import Membership
from apps.accounts.models.signing_key import SigningKey
from apps.accounts.models.user import User
from apps.core.models import Record
from apps.stores.models import Store, StoreOwned, StoreScopedQuerySet


class EndReason(models.TextChoices):
    """Why somebody is no longer logged in."""

    LOGGED_OUT = "logged_out", "logged out"
    REUSED = "reused", "a used refresh token was shown again"
    PASSWORD_CHANGED = "password_changed", "the password was changed"
    PASSWORD_RESET = "password_reset", "the password was reset"
    SECOND_FACTOR_CHANGED = "second_factor_changed", "the second factor was changed"
    DEACTIVATED = "deactivated", "the person was deactivated"
    ERASED = "erased", "the person was erased"
    ENDED_BY_STAFF = "ended_by_staff", "ended by staff"


class TokenFamilyQuerySet(StoreScopedQuerySet["TokenFamily"]):
    def live(self, *, now: datetime) -> Self:
        """This function will keep those that somebody is logged in by."""
        return self.filter(ended_at__isnull=True, expires_at__gt=now)

    def shown(self, *, sid: UUID, kid: str, store: Store, now: datetime) -> Self:
        """This function will find the family of a token, and with it, in the same statement, whose
        it is, what they are in the store they ask (`roles_here`), and whether the key that has
        signed the token is trusted still (`is_key_trusted`)."""
        held = Membership.objects.filter(person=OuterRef("person"), store=store)
        return (
            self.filter(public_id=sid)
            .select_related("person__store")
            .annotate(
                roles_here=ArraySubquery(held.values("role")),
                is_key_trusted=Exists(SigningKey.objects.trusted(now=now).filter(kid=kid)),
            )
        )


class TokenFamily(StoreOwned, Record):
    """One log-in and all tokens that come of it. Its public id is their claim `sid`.

    Of its refresh tokens one is good at a time: the last. A used one that is shown again was
    stolen, or the one after it was: nobody can tell, so the family ends.
    """

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="token_families")
    good_jti = models.UUIDField(help_text="The id of the refresh token that is good now.")
    last_used_at = models.DateTimeField(help_text="When the last refresh token was issued.")
    expires_at = models.DateTimeField(help_text="When the last refresh token expires.")
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=30, blank=True, default="", choices=EndReason.choices)

    # What `shown` reads along.
    roles_here: list[str]
    is_key_trusted: bool

    objects = TokenFamilyQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name_plural = "token families"
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end_reason="")
                | Q(ended_at__isnull=False, end_reason__in=EndReason.values),
                name="token_family_ends_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")),
                name="token_family_expires_after_it_began",
            ),
        ]
        indexes = [
            models.Index(fields=["store", "created_at"], name="family_by_store_and_time"),
            models.Index(
                fields=["person"], condition=Q(ended_at__isnull=True), name="open_family_by_person"
            ),
            models.Index(fields=["expires_at"], name="family_by_expiry"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    def is_live(self, *, now: datetime) -> bool:
        """This function will tell whether its tokens are good."""
        return self.ended_at is None and self.expires_at > now

    def holder_at(self, store: Store) -> User:
        """This function will return whose it is, acting at the store that it was `shown` to."""
        self.person.act_at(store, roles=self.roles_here if self.person.is_staff else ())
        return self.person

    def move_on(self, *, jti: UUID, now: datetime, expires_at: datetime) -> None:
        """This function will make another refresh token the one that is good."""
        self.good_jti, self.last_used_at, self.expires_at = jti, now, expires_at
        self.save(update_fields=["good_jti", "last_used_at", "expires_at"])

    def end(self, *, reason: EndReason, now: datetime) -> None:
        """This function will have none of its tokens be good any more."""
        self.ended_at, self.end_reason = now, reason
        self.save(update_fields=["ended_at", "end_reason"])
