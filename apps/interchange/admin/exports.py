"""Exports, with their files, for those who may take all of a store along."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from unfold.decorators import action, display

from apps.accounts.scopes import Role, Scope
from apps.core.admin import LedgerAdmin
from apps.events.actors import actor_reference
from apps.interchange import services
from apps.interchange.admin.job_page import export_progress
from apps.interchange.api.views import sent
from apps.interchange.errors import ExportNotYours
from apps.interchange.models import ExportJob


@admin.register(ExportJob)
class ExportJobAdmin(LedgerAdmin):
    """What workers have made. Files are for admins, as by the API: the second factor of the staff
    site stands for the second secret there. Who has exported a list has its file, too."""

    read_scope = Scope.EXPORT_DATA
    aggregate_type = "export"
    change_form_outer_before_template = "admin/interchange/export_progress.html"
    list_display = ["kind", "state", "progress", "actor", "created_at", "expires_at", "link"]
    list_filter = ["state", "kind"]
    id_fields = ["public_id"]
    search_fields = ["actor__exact"]
    search_help_text = "The id of an export, or who asked for it, such as user:018f…"
    ordering = ["-public_id"]
    actions_detail = ["file"]
    actions = ["call_off"]
    fields = [
        "kind",
        "options",
        "state",
        "failure",
        "progress",
        "size_bytes",
        "actor",
        "created_at",
        "started_at",
        "finished_at",
        "expires_at",
        "link",
        "public_id",
    ]
    readonly_fields = fields

    def has_file_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """This function will tell who may have files: admins all, others their own lists."""
        if not self.has_view_permission(request):
            return False
        job = None if object_id is None else self.get_object(request, str(object_id))
        return self._is_theirs(request, job)

    def has_call_off_permission(self, request: HttpRequest) -> bool:
        """This function will tell who may cancel and remove exports: admins all, others their
        own."""
        return self.has_view_permission(request)

    def _is_theirs(self, request: HttpRequest, job: ExportJob | None) -> bool:
        person: Any = request.user
        if person.is_superuser or Role.ADMIN in person.roles:
            return True
        return job is not None and job.actor == actor_reference(person)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """This function will leave out the keys of chosen rows: there may be many."""
        return super().get_queryset(request).defer("chosen")

    def get_urls(self) -> list[URLPattern]:
        """This function will add where pages ask how far an export is."""
        view = self.admin_site.admin_view(self.progress_view)
        name = "interchange_exportjob_progress"
        return [path("<int:pk>/progress/", view, name=name), *super().get_urls()]

    def progress_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """This function will tell a page how far it is."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return JsonResponse(export_progress(get_object_or_404(self.get_queryset(request), pk=pk)))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """This function will show how far it is, while it is under way."""
        job: ExportJob | None = kwargs.get("obj")
        if job is not None:
            progress = export_progress(job)
            place = reverse("admin:interchange_exportjob_progress", args=[job.pk])
            context |= {"progress": progress, "progress_url": place}
        return super().render_change_form(request, context, *args, **kwargs)

    @display(description="Progress")
    def progress(self, job: ExportJob) -> str:
        """This function will tell how far it is."""
        known = "?" if job.rows_expected is None else f"{job.rows_expected:,}"
        return f"{job.rows_done:,} of {known}"

    @display(description="File")
    def link(self, job: ExportJob) -> str:
        """This function will lead to the file, if there is one."""
        if not job.has_file:
            return ""
        place = reverse("admin:interchange_exportjob_file", args=[job.pk])
        return format_html('<a href="{}">Download</a>', place)

    @action(description="Download", url_path="file", permissions=["file"])
    def file(self, request: HttpRequest, object_id: str) -> HttpResponse | StreamingHttpResponse:
        """This function will send the file."""
        job = self.get_object(request, object_id)
        if job is None or not job.has_file:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        wanted, pieces = services.open_export(
            store=job.store,
            export_id=job.public_id,
            by=request.user,  # type: ignore[arg-type]
        )
        return sent(wanted, pieces)

    @admin.action(description="Cancel, or remove with the file", permissions=["call_off"])
    def call_off(self, request: HttpRequest, queryset: QuerySet[ExportJob]) -> None:
        """This function will cancel what waits or runs, and remove what has ended."""

        def act(job: ExportJob) -> None:
            if not self._is_theirs(request, job):
                raise ExportNotYours
            services.cancel_export(store=job.store, export_id=job.public_id, by=request.user)  # type: ignore[arg-type]

        self.each(request, queryset, act, done="canceled or removed")
