import json
from ipaddress import ip_address
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from apps.accounts.admin import UserAdmin
from apps.accounts.admin.sections import Section
from apps.accounts.scopes import Scope
from apps.audit.models import AuditRecord, index_of_origin
from apps.core.admin import LedgerAdmin
from apps.core.aggregate_links import aggregate_link
from apps.core.encryption import Undecipherable
from apps.core.time_range_filter import TimeRangeFilter

UserAdmin.sections = [
    *UserAdmin.sections,
    Section(title="Acts on record", scope=Scope.READ_AUDIT, page="audit_auditrecord"),
]


@admin.register(AuditRecord)
class AuditRecordAdmin(LedgerAdmin):
    """What was done in the store, by whom and from where. In a database of its own."""

    read_scope = Scope.READ_AUDIT
    list_display = ["sequence", "occurred_at", "name", "actor", "actor_role", "about"]
    list_filter = [("occurred_at", TimeRangeFilter)]
    list_filter_submit = True
    search_fields = ["name__startswith", "actor", "request_id"]
    search_help_text = (
        "The beginning of a name; a request id; a client's address; or the id of an event, of who "
        "acted, or of what was acted on."
    )
    ordering = ["-sequence"]
    fields = [
        ("sequence", "occurred_at", "recorded_at"),
        ("name", "aggregate_type", "about"),
        ("actor", "actor_role"),
        ("from_where", "request_id"),
        "what",
        ("event_link", "position"),
        "previous_hash",
        "hash",
    ]
    readonly_fields = [
        "sequence", "occurred_at", "recorded_at", "from_where", "what", "about", "event_link",
        "position", "previous_hash", "hash",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditRecord]:
        return super().get_queryset(request).defer("origin")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AuditRecord], search_term: str
    ) -> tuple[QuerySet[AuditRecord], bool]:
        """This function will look each kind of term up where its index serves."""
        term = search_term.strip()
        known = _matching(term)
        if known is None:
            known = Q(name__startswith=term) | Q(actor=term) | Q(request_id=term)
        return queryset.filter(known) if term else queryset, False

    @admin.display(description="about")
    def about(self, record: AuditRecord) -> str:
        """This function will lead to what was acted on."""
        return aggregate_link(record.aggregate_type, record.aggregate_id)

    @admin.display(description="event")
    def event_link(self, record: AuditRecord) -> str:
        """This function will lead to the event, as long as it is kept."""
        return aggregate_link("event", record.event_id)

    @admin.display(description="from")
    def from_where(self, record: AuditRecord) -> str:
        """This function will show the client's address."""
        try:
            return record.origin or "-"
        except Undecipherable:
            return "cannot be read: run verify_audit"

    @admin.display(description="what")
    def what(self, record: AuditRecord) -> str:
        """This function will show what the event says."""
        try:
            return json.dumps(json.loads(record.content), indent=2, ensure_ascii=False)
        except ValueError:
            return record.content


def _matching(term: str) -> Q | None:
    """Records that are about an id, or come from an address; `None` when it is neither."""
    try:
        wanted = UUID(term)
    except ValueError:
        pass
    else:
        actors: list[Any] = [f"{kind}:{wanted}" for kind in ("user", "key")]
        return (
            Q(event_id=wanted) | Q(aggregate_id=wanted) | Q(actor__in=actors) | Q(request_id=term)
        )
    try:
        return Q(origin_index=index_of_origin(str(ip_address(term))))
    except ValueError:
        return None
