"""What every admin page of Tradepost does alike."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.paginator import Paginator
from django.db import DataError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import cached_property
from unfold.admin import ModelAdmin, TabularInline

from apps.core.errors import CommerceError


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts no further than a person would page: an exact count reads the whole table."""

    most = 10_000

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        return rows[: self.most].count() if isinstance(rows, QuerySet) else len(rows)


def reason_of(refusal: CommerceError) -> str:
    """This function will say in words why something was refused."""
    errors = refusal.extensions.get("errors", [])
    return " ".join([refusal.detail, *(f"{one['field']}: {one['detail']}" for one in errors)])


def _of_store(rows: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
    store = request.store  # type: ignore[attr-defined]
    for field in rows.model._meta.concrete_fields:
        if field.name == "store":
            return rows.filter(store=store if field.is_relation else store.public_id)
    return rows


def _offering(options: dict[str, Any], db_field: Any, request: HttpRequest) -> dict[str, Any]:
    rows = db_field.remote_field.model._default_manager.all()
    return {"queryset": _of_store(rows, request)} | options


class StaffAdmin(ModelAdmin):
    """Rows of the request's store; never deleted, only retired by a service."""

    paginator = BoundedPaginator
    show_full_result_count = False
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return _of_store(super().get_queryset(request), request)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """This function will show the list, and lead back to it from an address or a choice of rows
        that makes no sense to the database."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        try:
            if all(key.isascii() and key.isdecimal() for key in chosen):
                return super().changelist_view(request, extra_context)
        except DataError:
            pass
        messages.error(request, "That made no sense. Here is the whole list.")
        return HttpResponseRedirect(request.path)

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """This function will offer, and accept, rows of the store alone."""
        options = _offering(kwargs, db_field, request)
        return super().formfield_for_foreignkey(db_field, request, **options)

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """This function will offer, and accept, rows of the store alone."""
        options = _offering(kwargs, db_field, request)
        return super().formfield_for_manytomany(db_field, request, **options)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def each(
        self, request: HttpRequest, rows: QuerySet[Any], act: Callable[[Any], object], *, done: str
    ) -> None:
        """This function will act on row after row, and tell of each that is refused."""
        count = 0
        for row in rows:
            try:
                act(row)
                count += 1
            except CommerceError as refusal:
                self.message_user(request, f"{row}: {reason_of(refusal)}", messages.ERROR)
        if count:
            self.message_user(request, f"{count} {done}.", messages.SUCCESS)


class LedgerAdmin(StaffAdmin):
    """Rows that are only ever read: history, money, stock."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class LedgerInline(TabularInline):
    """Rows of a ledger below the row they belong to."""

    extra = 0
    can_delete = False
    show_change_link = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
