from django.contrib import admin

from apps.core.admin import LedgerAdmin
from apps.mail.models import SentMail


@admin.register(SentMail)
class SentMailAdmin(LedgerAdmin):
    """What was mailed, and what could not be."""

    read_scope = "read_events"
    list_display = ["created_at", "template", "recipient", "state", "attempts", "sent_at"]
    list_filter = ["state"]
    search_fields = ["recipient__exact"]
    id_fields = ["key", "public_id"]
    search_help_text = 'A recipient, as in "user:…", or the id of a delivery'
    ordering = ["-public_id"]
    fields = ["public_id", "key", "message_id", *list_display, "leased_until", "failure"]
