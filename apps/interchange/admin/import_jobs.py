"""Importing on the staff site: send a file, look at what it would do, have it done, undo it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from unfold.decorators import action, display

from apps.accounts.scopes import Scope
from apps.core.admin import LedgerAdmin
from apps.core.errors import CommerceError
from apps.core.form_page import form_page
from apps.interchange import services
from apps.interchange.admin.job_page import page_of, place_of, progress_of
from apps.interchange.admin.refused_rows import sent_refused
from apps.interchange.admin.uploads import SealingHandler, UploadForm, kinds_for, most_bytes
from apps.interchange.models import ImportJob
from apps.interchange.sealed_uploads import SealedUpload

_INTRO = (
    "Nothing is changed yet: the file is looked through first, and you see what would become of "
    "it. It lies encrypted, and is gone when it is imported, or after a day."
)
# A form has a few hundred bytes beside its file.
_FORM_BYTES = 64 * 1024


@admin.register(ImportJob)
class ImportJobAdmin(LedgerAdmin):
    """Files that staff have sent. Whoever sees this page finds the kinds that they may import:
    each takes all the scopes of its kind, and nobody sees what is in other files."""

    read_scope = Scope.READ_CATALOG
    list_display = ["created_at", "title", "kind", "format", "task", "state", "progress", "actor"]
    list_display_links = ["created_at", "title"]
    list_filter = ["kind", "task", "state"]
    search_fields = ["title"]
    id_fields = ["public_id"]
    search_help_text = "Name of a file, or the id of a file import"
    ordering = ["-public_id"]
    actions_list = ["begin"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """This function will keep what the person may import themselves."""
        kinds = [kind.name for kind in kinds_for(request.user)]
        jobs = super().get_queryset(request).filter(kind__in=kinds)
        return jobs.select_related("batch").defer("samples")

    def has_importing_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """This function will tell who may import anything at all."""
        return bool(kinds_for(request.user))

    def has_module_permission(self, request: HttpRequest) -> bool:
        """This function will keep it out of the menu of those to whom it is always empty."""
        return self.has_importing_permission(request)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """This function will refuse who sees none of them before it looks for one."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def get_urls(self) -> list[URLPattern]:
        """This function will add what is done with one file. What changes anything is posted."""
        acts: dict[str, Callable[..., HttpResponse]] = {
            "progress": self.progress_view,
            "refused": self.refused_view,
            "apply": partial(self._posted, act=self._apply, done="It is being imported."),
            "revert": partial(self._posted, act=self._revert, done="It is being undone."),
            "cancel": partial(self._posted, act=self._cancel, done="It is canceled."),
        }
        name = "interchange_importjob"
        urls = [
            path(f"<int:pk>/{act}/", self.admin_site.admin_view(view), name=f"{name}_{act}")
            for act, view in acts.items()
        ]
        sending = self.admin_site.admin_view(csrf_exempt(self._receive))
        return [path("upload/", sending, name=f"{name}_upload"), *urls, *super().get_urls()]

    @display(description="Progress")
    def progress(self, job: ImportJob) -> str:
        """This function will tell how far it is."""
        return "" if job.percent is None or job.is_over else f"{job.percent} %"

    @action(description="Import a file", url_path="send", permissions=["importing"])
    def begin(self, request: HttpRequest) -> HttpResponse:
        """This function will lead to the form: its address takes files another way."""
        return HttpResponseRedirect(reverse("admin:interchange_importjob_upload"))

    def _receive(self, request: HttpRequest) -> HttpResponse:
        """Who reads a form also reads its files. So where these go is said first, and the form is
        looked at, with its token, after that."""
        if not self.has_importing_permission(request):
            raise PermissionDenied
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.IMPORT_MAX_BYTES + _FORM_BYTES:
            refusal = f"The file has more than {most_bytes()}. Send it packed, or in parts."
            self.message_user(request, refusal, messages.ERROR)
            return HttpResponseRedirect(reverse("admin:interchange_importjob_changelist"))
        handler = SealingHandler(request)
        request.upload_handlers = [handler]
        try:
            return csrf_protect(partial(self._ask, handler=handler))(request)
        finally:
            received = handler.received
            if received is None or not _is_known(received):
                handler.drop()

    def _ask(self, request: HttpRequest, *, handler: SealingHandler) -> HttpResponse:
        given = (request.POST, request.FILES) if request.method == "POST" else ()
        form = UploadForm(*given, user=request.user, handler=handler)

        def act() -> HttpResponse:
            job = services.request_import(
                store=request.store,  # type: ignore[attr-defined]
                by=request.user,
                now=timezone.now(),
                **form.details(),
            )
            self.message_user(request, "The file is being looked through.", messages.SUCCESS)
            return HttpResponseRedirect(place_of(job))

        return form_page(
            self,
            request,
            form=form,
            act=act,
            title="Import a file",
            intro=_INTRO,
            submit="Look through it",
            back=reverse("admin:interchange_importjob_changelist"),
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """This function will show what is in a file, and offer what can be done with it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method not in {"GET", "HEAD"}:
            raise PermissionDenied
        job = self.get_object(request, object_id)
        if job is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        shown = self.admin_site.each_context(request) | {"opts": self.opts, "title": str(job)}
        shown |= page_of(job)
        return TemplateResponse(request, "admin/interchange/import_job.html", shown)

    def progress_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """This function will tell a page how far it is."""
        return JsonResponse(progress_of(self._job(request, pk)))

    def refused_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """This function will send the rows that the dry run has refused."""
        job = self._job(request, pk)
        pieces = partial(services.open_refused_plans, store=job.store, job_id=job.public_id)
        return sent_refused(self, request, pieces, about=job.title, back=place_of(job))

    def _posted(
        self, request: HttpRequest, pk: int, *, act: Callable[..., object], done: str
    ) -> HttpResponse:
        job = self._job(request, pk)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            act(job, by=request.user, now=timezone.now())
        except CommerceError as refusal:
            self.message_user(request, refusal.in_words, messages.ERROR)
        else:
            self.message_user(request, done, messages.SUCCESS)
        return HttpResponseRedirect(place_of(job))

    def _job(self, request: HttpRequest, pk: int) -> ImportJob:
        """One that the person may import; the others there are not."""
        if not self.has_importing_permission(request):
            raise PermissionDenied
        job: ImportJob = get_object_or_404(self.get_queryset(request), pk=pk)
        return job

    def _apply(self, job: ImportJob, **details: Any) -> object:
        return services.apply_import(store=job.store, job_id=job.public_id, **details)

    def _revert(self, job: ImportJob, **details: Any) -> object:
        batch_id = job.batch.public_id if job.batch else job.public_id
        return services.request_revert(store=job.store, batch_id=batch_id, **details)

    def _cancel(self, job: ImportJob, **details: Any) -> object:
        return services.cancel_import(store=job.store, job_id=job.public_id, **details)


def _is_known(received: SealedUpload) -> bool:
    return ImportJob.objects.filter(public_id=received.about).exists()
