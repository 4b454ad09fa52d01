"""What was mailed to whom, so that nobody is told a thing twice."""

from datetime import datetime

from django.db import models
from django.db.models import Q

from apps.core.models import Record
from apps.mail.errors import MailUnderWay
from apps.stores.models import StoreOwned, StoreScopedQuerySet


class SentMail(StoreOwned, Record):
    """One mail to one recipient, who is named by a reference: an address is personal data."""

    class State(models.TextChoices):
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"  # for good: nobody can be reached there

    # What the mail is about: with one key several people get one mail each.
    key = models.UUIDField(editable=False)
    recipient = models.CharField(max_length=100, help_text='"user:…", or "store".')
    template = models.CharField(max_length=100)
    message_id = models.CharField(max_length=255)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SENDING)
    attempts = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = StoreScopedQuerySet["SentMail"].as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "recipient"], name="mail_once_for_key_and_recipient"
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | Q(state__in=["sending", "failed"], sent_at__isnull=True),
                name="mail_sent_has_its_time",
            ),
        ]
        indexes = [
            models.Index(fields=["store", "public_id"], name="mail_by_store_and_time"),
            models.Index(fields=["recipient", "public_id"], name="mail_by_recipient_and_time"),
            models.Index(
                fields=["created_at"], condition=Q(state="sending"), name="mail_sending_by_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} to {self.recipient}"

    def lease(self, *, now: datetime, until: datetime) -> None:
        """This function will keep others away until the lease ends. Call it on a locked row.

        Raises:
            MailUnderWay: somebody else has it.
        """
        if self.leased_until is not None and self.leased_until > now:
            raise MailUnderWay
        self.attempts += 1
        self.leased_until = until
        self.save(update_fields=["attempts", "leased_until"])
