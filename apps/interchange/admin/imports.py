"""What was imported, to be looked at."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.decorators import display

from apps.accounts.scopes import Scope
from apps.core.admin import LedgerAdmin
from apps.interchange.models import ImportBatch, ImportRow

_COUNTS = ["created", "changed", "unchanged", "refused"]


@admin.register(ImportBatch)
class ImportBatchAdmin(LedgerAdmin):
    read_scope = Scope.EXPORT_DATA
    aggregate_type = "import"
    list_display = ["created_at", "kind", "format", "file_name", "state", *_COUNTS, "actor"]
    list_filter = ["kind", "state"]
    search_fields = ["file_name"]
    id_fields = ["public_id"]
    search_help_text = "Name of a file, or the id of an import"
    ordering = ["-public_id"]
    fields = [
        "public_id",
        *list_display,
        "position",
        "digest",
        "finished_at",
        "reverted_at",
        "reverted_by",
        "what_became",
    ]

    @display(description="Rows")
    def what_became(self, batch: ImportBatch) -> str:
        address = reverse("admin:interchange_importrow_changelist")
        return format_html('<a href="{}?batch__id__exact={}">each row</a>', address, batch.pk)


@admin.register(ImportRow)
class ImportRowAdmin(LedgerAdmin):
    """What was read of a refused row may be about people: it is in the file of refused rows, and
    not here."""

    read_scope = Scope.EXPORT_DATA
    list_display = ["batch", "line", "key", "outcome", "target", "reverted_at", "remark"]
    list_select_related = ["batch"]
    list_filter = ["outcome"]
    search_fields = ["key__exact"]
    id_fields = ["target"]
    search_help_text = "A whole slug, SKU or number, or the id of what was imported"
    ordering = ["-pk"]
    fields = [*list_display, "version"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        store = request.store  # type: ignore[attr-defined]
        rows = super().get_queryset(request).filter(batch__store=store)
        return rows.defer("before", "refusal")
