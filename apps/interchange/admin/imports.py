"""What was imported, to be looked at."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from unfold.decorators import display

from apps.accounts.scopes import Scope
from apps.core.admin import LedgerAdmin
from apps.core.form_page import form_page
from apps.interchange import services
from apps.interchange.admin.job_page import place_of
from apps.interchange.admin.refused_rows import sent_refused
from apps.interchange.admin.uploads import kinds_for
from apps.interchange.models import ImportBatch, ImportRow

_WHAT_IS_REVERTED = (
    "What it has created is deleted, what it has changed is as before, and stock that it has "
    "received leaves again, row by row in the background. A row that was touched since is left, "
    "and named."
)
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
    readonly_fields = ["what_became", "sent_as", "what_can_be_done"]

    def get_urls(self) -> list[URLPattern]:
        """This function will add what is done with one import."""
        name = "interchange_importbatch"
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/revert/", view(self.revert_view), name=f"{name}_revert"),
            path("<int:pk>/refused/", view(self.refused_view), name=f"{name}_refused"),
            *super().get_urls(),
        ]

    def revert_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """This function will ask once more, and have the import undone by a worker."""
        batch = self._writable(request, pk)

        def act() -> HttpResponse:
            job = services.request_revert(
                store=batch.store, batch_id=batch.public_id, by=request.user, now=timezone.now()
            )
            self.message_user(request, "It is being undone.", messages.SUCCESS)
            return HttpResponseRedirect(place_of(job))

        return form_page(
            self,
            request,
            form=forms.Form(request.POST if request.method == "POST" else None),
            act=act,
            title=f"Revert the import of {batch}",
            intro=_WHAT_IS_REVERTED,
            submit="Revert",
            back=self._place(batch),
        )

    def refused_view(self, request: HttpRequest, pk: int) -> HttpResponse | StreamingHttpResponse:
        """This function will send the rows that were refused, to be mended."""
        batch = self._writable(request, pk)
        pieces = partial(services.open_refused_rows, store=batch.store, batch_id=batch.public_id)
        back = self._place(batch)
        if not self.has_view_permission(request):
            back = reverse("admin:interchange_importjob_changelist")
        return sent_refused(self, request, pieces, about=batch.file_name, back=back)

    def _writable(self, request: HttpRequest, pk: int) -> ImportBatch:
        """One of a kind that the person may import: what is in it is theirs to see."""
        kinds = {kind.name for kind in kinds_for(request.user)}
        if not kinds:
            raise PermissionDenied
        batch: ImportBatch = get_object_or_404(self.get_queryset(request), pk=pk)
        if batch.kind not in kinds:
            raise PermissionDenied
        return batch

    def _place(self, batch: ImportBatch) -> str:
        return reverse("admin:interchange_importbatch_change", args=[batch.pk])

    def get_fields(self, request: HttpRequest, obj: ImportBatch | None = None) -> list[str]:
        """This function will show what can be done to those who may do it."""
        kinds = {kind.name for kind in kinds_for(request.user)}
        may_act = obj is not None and obj.kind in kinds
        return [*self.fields, *(["sent_as", "what_can_be_done"] if may_act else [])]

    @display(description="Sent as")
    def sent_as(self, batch: ImportBatch) -> str:
        """This function will lead to the files that were sent to be imported, if any were."""
        jobs = batch.jobs.order_by("-pk").defer("samples")[:5]
        links = ((place_of(job), str(job)) for job in jobs)
        return format_html_join(", ", '<a href="{}">{}</a>', links) or "-"

    @display(description="Actions")
    def what_can_be_done(self, batch: ImportBatch) -> str:
        """This function will lead to undoing the import, and to what it has refused."""
        links = []
        if batch.can_be_reverted:
            links.append(
                (reverse("admin:interchange_importbatch_revert", args=[batch.pk]), "Revert")
            )
        if batch.refused and batch.layout is not None:
            links.append(
                (
                    reverse("admin:interchange_importbatch_refused", args=[batch.pk]),
                    "Download the refused rows",
                )
            )
        return format_html_join(" · ", '<a href="{}">{}</a>', links) or "-"

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
