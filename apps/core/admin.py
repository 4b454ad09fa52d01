"""What every admin page of Tradepost does alike."""

from collections.abc import Callable, Sequence
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.paginator import Paginator
from django.db import DataError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from unfold.admin import ModelAdmin, TabularInline
from unfold.views import ChangeList
from unfold.widgets import UnfoldAdminTextInputWidget

from apps.core.access import holds
from apps.core.autocomplete import KeySelect, KeySelectMultiple
from apps.core.bounded_formset import BoundedFormSet
from apps.core.encrypted_fields import EncryptedLineField
from apps.core.errors import CommerceError
from apps.core.report_page import MOST_AT_ONCE, chosen_rows

# All numbers of so many digits are among the keys that there can be.
_MOST_DIGITS = 18


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts no further than a person would page: an exact count reads the whole table."""

    most = 10_000

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        return rows[: self.most].count() if isinstance(rows, QuerySet) else len(rows)


def _of_store(rows: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
    store = request.store  # type: ignore[attr-defined]
    for field in rows.model._meta.concrete_fields:
        if field.name == "store":
            return rows.filter(store=store if field.is_relation else store.public_id)
    return rows


def _offering(options: dict[str, Any], db_field: Any, request: HttpRequest) -> dict[str, Any]:
    rows = db_field.remote_field.model._default_manager.all()
    return {"queryset": _of_store(rows, request)} | options


def as_id(text: str) -> UUID | None:
    """This function will read an id, only as ids are written here: without dashes it may be a
    gateway's name for something."""
    try:
        wanted = UUID(text)
    except ValueError:
        return None
    return wanted if str(wanted) == text.lower() else None


def as_key(text: str) -> int | None:
    """This function will read a key of a row, if it can be one: the database asks for no number
    that it cannot hold."""
    can_be = text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
    return int(text) if can_be else None


class OfferedOrder(ChangeList):
    """A list that is sorted by the columns that offer it, and by no other, whatever an address
    asks for: sorting a long table by what has no index reads all of it."""

    def get_ordering_field(self, field_name: Any) -> Any:
        """This function will return what a column is sorted by, if it is."""
        return super().get_ordering_field(field_name) if field_name in self.sortable_by else None


class ForScopes:
    """A page, or a part of one, for those who hold its scopes. Django's own permissions give
    nobody anything. What has no `write_scope` is only read."""

    read_scope: str = ""
    write_scope: str = ""

    def may_write(self, request: HttpRequest) -> bool:
        """This function will tell whether somebody may change what the page shows."""
        return holds(request.user, self.write_scope)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return holds(request.user, self.read_scope) or self.may_write(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_write(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_write(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _with_query(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    """Buttons above a list lead on with how it is narrowed: they may act on what is shown."""
    query = request.GET.urlencode()
    if query and isinstance(response, TemplateResponse):
        for button in (response.context_data or {}).get("actions_list") or ():
            if button.get("path"):
                button["path"] = f"{button['path']}?{query}"
    return response


class StaffAdmin(ForScopes, ModelAdmin):
    """Rows of the request's store; never deleted, only retired by a service.

    A search for an id looks into `id_fields` alone, as an id, so that their indexes serve:
    `search_fields` compare all as text.
    """

    paginator = BoundedPaginator
    show_full_result_count = False
    list_per_page = MOST_AT_ONCE
    formfield_overrides = {EncryptedLineField: {"widget": UnfoldAdminTextInputWidget}}
    id_fields: Sequence[str] = ()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return OfferedOrder

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return _of_store(super().get_queryset(request), request)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if "\x00" in search_term:  # no text of ours holds it, and none can be asked for
            return queryset.none(), False
        wanted = as_id(search_term.strip()) if self.id_fields else None
        if wanted is None:
            return super().get_search_results(request, queryset, search_term)
        matching = [Q((field, wanted)) for field in self.id_fields]
        return queryset.filter(reduce(or_, matching)), False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """This function will show the list, and lead back to it from an address or a choice of rows
        that makes no sense to the database."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        try:
            if all(as_key(key) is not None for key in chosen):
                return _with_query(super().changelist_view(request, extra_context), request)
        except DataError:
            pass
        messages.error(request, "That made no sense. Here is the whole list.")
        return HttpResponseRedirect(request.path)

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """This function will offer, and accept, rows of the store alone."""
        options = _offering(kwargs, db_field, request)
        if db_field.name in self.get_autocomplete_fields(request):
            options.setdefault("widget", KeySelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **options)

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """This function will offer, and accept, rows of the store alone."""
        options = _offering(kwargs, db_field, request)
        if db_field.name in self.get_autocomplete_fields(request):
            options.setdefault("widget", KeySelectMultiple(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **options)

    def each(
        self,
        request: HttpRequest,
        rows: QuerySet[Any],
        act: Callable[[Any], object],
        *,
        done: str,
        called: Callable[[Any], object] = str,
    ) -> None:
        """This function will act on row after row, and tell of each that is refused; on none, when
        they are more than a page holds."""
        count = 0
        for row in chosen_rows(self, request, rows):
            try:
                act(row)
                count += 1
            except CommerceError as refusal:
                self.message_user(request, f"{called(row)}: {refusal.in_words}", messages.ERROR)
        if count:
            self.message_user(request, f"{count} {done}.", messages.SUCCESS)


class LedgerAdmin(StaffAdmin):
    """Rows that are only ever read: history, money, stock."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class StaffInline(ForScopes, TabularInline):
    """Rows below the row they belong to, which may take other scopes."""


class LedgerInline(StaffInline):
    """Rows of a ledger below the row they belong to: the first of them, in the order given."""

    extra = 0
    can_delete = False
    show_change_link = False
    formset = BoundedFormSet
    template_after = "admin/rows_left_out.html"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
