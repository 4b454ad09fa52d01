from django.contrib import admin

from apps.core.admin import LedgerAdmin
from apps.idempotency.models import IdempotencyKey


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(LedgerAdmin):
    """Keys that callers have used. Their answers stay hidden: they were not given to staff."""

    read_scope = "read_events"
    list_display = ["key", "caller", "status", "created_at", "held_until"]
    fields = ["key", "caller", "fingerprint", "status", "created_at", "held_until"]
    search_fields = ["key__exact", "caller__exact"]
    search_help_text = "A whole key, or a whole caller such as user:018f…"
    ordering = ["-pk"]
