from django.contrib import admin
from unfold.decorators import display

from apps.core.admin import LedgerAdmin, as_id
from apps.core.aggregate_links import aggregate_link
from apps.core.time_range_filter import TimeRangeFilter
from apps.mail.models import SentMail


@admin.register(SentMail)
class SentMailAdmin(LedgerAdmin):
    """What was mailed, and what could not be."""

    read_scope = "read_events"
    list_display = ["created_at", "template", "recipient", "state", "attempts", "sent_at"]
    list_filter = ["state", ("created_at", TimeRangeFilter)]
    list_filter_submit = True
    search_fields = ["recipient__exact"]
    id_fields = ["key", "public_id"]
    search_help_text = 'A recipient, as in "user:…", or the id of a delivery'
    ordering = ["-public_id"]
    fields = ["public_id", "key", "message_id", *list_display, "person", "leased_until", "failure"]
    readonly_fields = ["person"]

    @display(description="Person")
    def person(self, mail: SentMail) -> str:
        """This function will lead to whom it went to, if that is somebody."""
        wanted = as_id(mail.recipient.removeprefix("user:"))
        return aggregate_link("customer", wanted) if wanted else "-"
