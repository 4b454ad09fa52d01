"""Personal data on the staff site: hidden until somebody asks, and asking is on record
(docs/adr/0033-personal-data-on-the-staff-site.md)."""

from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, path, reverse
from django.utils.cache import add_never_cache_headers
from django.utils.html import format_html
from unfold.decorators import display

from apps.accounts import services
from apps.accounts.models import User
from apps.accounts.scopes import Scope
from apps.core.access import holds
from apps.core.admin import StaffAdmin

_REVEALED = "has_revealed"


class Revealing(StaffAdmin):
    """A page that shows some fields masked, with a button that shows them: in the answer to it, and
    no longer.

    `masked` names what stands for each field until then; "" is nothing at all. In lists, who may
    read customers sees the fields as they are: lists are where people are found.
    """

    masked: ClassVar[dict[str, str]] = {}

    def person_of(self, row: Any) -> User:
        """This function will return whose data a row holds."""
        raise NotImplementedError

    def is_open(self, request: HttpRequest, row: Any) -> bool:
        """This function will tell whether somebody works with the fields of a row as they are."""
        return False

    def may_reveal(self, request: HttpRequest) -> bool:
        """This function will tell who may have them shown."""
        return holds(request.user, Scope.READ_CUSTOMERS)

    def get_list_display(self, request: HttpRequest) -> Any:
        columns = super().get_list_display(request)
        return columns if self.may_reveal(request) else self._masked(columns)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """This function will find nothing by an address for who may not read any: whether there is
        something is an answer, too."""
        if "@" in search_term and not self.may_reveal(request):
            return queryset.none(), False
        return super().get_search_results(request, queryset, search_term)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.is_open(request, obj) or getattr(request, _REVEALED, False):
            return fieldsets
        hidden = [
            (title, {**one, "fields": self._masked(one["fields"])}) for title, one in fieldsets
        ]
        if self.may_reveal(request):
            title, first = hidden[0]
            hidden[0] = (title, {**first, "fields": [*first["fields"], "show_details"]})
        return hidden

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        stands_for = [name for name in self.masked.values() if name]
        return [*super().get_readonly_fields(request, obj), *stands_for, "show_details"]

    def _masked(self, names: Any) -> list[Any]:
        """Names, some of them in pairs that stand on one line."""
        return [
            tuple(self._masked(name)) if isinstance(name, tuple) else shown
            for name in names
            if (shown := self.masked.get(name, name))
        ]

    @display(description="Personal data")
    def show_details(self, row: Any) -> str:
        """This function will offer to show what is hidden."""
        return format_html(
            '<button type="submit" formmethod="post" formaction="{}" class="border border-base-200 '
            'cursor-pointer font-medium px-3 py-1.5 rounded-default dark:border-base-700">'
            "Show, which is put on record</button>",
            reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_reveal", args=[row.pk]),
        )

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_reveal"
        view = self.admin_site.admin_view(self.reveal_view)
        return [path("<path:object_id>/reveal/", view, name=name), *super().get_urls()]

    def reveal_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """This function will show a row with all that is hidden else, having put that on record."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.may_reveal(request) or not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, object_id)
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        self._record(request, row)
        setattr(request, _REVEALED, True)
        request.method = "GET"  # the page as it is read; nothing that was sent along is saved
        back = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])
        page = self.changeform_view(request, object_id, back)
        add_never_cache_headers(page)
        return page

    def _record(self, request: HttpRequest, row: Any) -> None:
        record: UUID = row.public_id
        services.reveal_details(
            store=request.store,  # type: ignore[attr-defined]
            person=self.person_of(row),
            record=self.opts.model_name or "",
            record_id=record,
            fields=sorted(self.masked),
            by=request.user,  # type: ignore[arg-type]
        )
