from datetime import datetime
from typing import Self

from django.db import connection, models
from django.db.models import Q

from apps.accounts import key_pairs
from apps.core.encrypted_fields import EncryptedTextField
from apps.core.locking import LockingQuerySet
from apps.core.models import Record
from apps.core.transactions import require_transaction

# Whoever changes the ring holds this advisory lock, so that the ring is never changed by two at
# once, not even when it is empty and there is no row to lock.
_RING_LOCK = 7_315_204_901_776_218_003


class SigningKeyState(models.TextChoices):
    """What a key is for now. The order is that of a key's life."""

    NEXT = "next", "next"  # published, so that all know it before it signs
    CURRENT = "current", "current"  # signs
    RETIRING = "retiring", "retiring"  # signs no more; what it has signed is good until it expires
    REVOKED = "revoked", "revoked"  # nothing that it has signed is good


_SIGNING = [SigningKeyState.NEXT, SigningKeyState.CURRENT]


class SigningKeyQuerySet(LockingQuerySet["SigningKey"]):
    def trusted(self, *, now: datetime) -> Self:
        """This function will keep the keys whose signatures are good now."""
        return self.filter(
            Q(state__in=_SIGNING) | Q(state=SigningKeyState.RETIRING, kept_until__gt=now)
        )

    def locked_ring(self) -> dict[str, "SigningKey"]:
        """This function will lock the ring, rows that are not there yet too, and return the keys
        that sign or will sign, by their state.

        Raises:
            TransactionRequired: there is no transaction to hold the lock.
        """
        require_transaction("locked_ring()", using=self.db)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_RING_LOCK])
        return {key.state: key for key in self.filter(state__in=_SIGNING).locked()}

    def create_next(self) -> "SigningKey":
        """This function will make a new pair of keys and publish it, to sign after the current."""
        pair = key_pairs.new_key_pair()
        return self.create(
            kid=pair.kid,
            public_pem=pair.public_pem,
            private_pem=pair.private_pem,
            state=SigningKeyState.NEXT,
        )


class SigningKey(Record):
    """A pair of RSA keys: one signs access and refresh tokens, whoever has the other can check.

    They belong to the installation, not to a store: one issuer vouches for the people of all.
    """

    kid = models.CharField(
        max_length=43, unique=True, help_text="The thumbprint of the public key (RFC 7638)."
    )
    public_pem = models.TextField()
    private_pem = EncryptedTextField(null=True, help_text="Only of keys that sign, or will.")
    state = models.CharField(max_length=10, choices=SigningKeyState.choices)
    signs_since = models.DateTimeField(null=True)
    kept_until = models.DateTimeField(
        null=True, help_text="When nothing that it has signed can be good any more."
    )

    objects = SigningKeyQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=SigningKeyState.values), name="signing_key_state_is_known"
            ),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="current"), name="one_current_signing_key"
            ),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="next"), name="one_next_signing_key"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["next", "current"], private_pem__isnull=False)
                | Q(state__in=["retiring", "revoked"], private_pem__isnull=True),
                name="only_signing_keys_have_a_private_part",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["next", "current"], kept_until__isnull=True)
                | Q(state__in=["retiring", "revoked"], kept_until__isnull=False),
                name="signing_key_past_use_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kid} ({self.state})"

    def start_signing(self, *, now: datetime) -> None:
        """This function will make it the current key."""
        self.state, self.signs_since = SigningKeyState.CURRENT, now
        self.save(update_fields=["state", "signs_since"])

    def retire(self, *, kept_until: datetime) -> None:
        """This function will have it sign no more, and forget its private part."""
        self._put_away(SigningKeyState.RETIRING, kept_until=kept_until)

    def revoke(self, *, kept_until: datetime) -> None:
        """This function will have nothing that it has signed be good any more."""
        self._put_away(SigningKeyState.REVOKED, kept_until=kept_until)

    def _put_away(self, state: SigningKeyState, *, kept_until: datetime) -> None:
        self.state, self.private_pem, self.kept_until = state, None, kept_until
        self.save(update_fields=["state", "private_pem", "kept_until"])
