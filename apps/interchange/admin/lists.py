"""Exporting a list of the staff site as it is narrowed: what is shown is what leaves."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.db import DataError
from django.db.models import QuerySet
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    QueryDict,
    StreamingHttpResponse,
)
from django.urls import reverse
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget

from apps.accounts.admin.people import UserAdmin
from apps.accounts.scopes import Scope
from apps.catalog.admin.product import ProductAdmin
from apps.core.access import holds
from apps.core.admin import StaffAdmin
from apps.core.form_page import form_page
from apps.interchange import services
from apps.interchange.api.views import sent
from apps.interchange.errors import TooManyRows
from apps.interchange.exporting import Kind, Layout, Wanted, Writing
from apps.inventory.admin.stock import StockItemAdmin
from apps.orders.admin.orders import OrderAdmin

# So many rows are sent at once; more are written by a worker.
MOST_AT_ONCE = 1000
# The keys of so many rows are carried to a worker.
MOST_CHOSEN = 100_000
# What of an address only says which part of a list is shown, and in what order.
_NOT_NARROWING = {"o", "p", "all", "_facets", "e"}
_ROWS = {Kind.STOCK: "stock rows"}


class WritingForm(forms.Form):
    """How the rows are to be written."""

    writing = forms.ChoiceField(
        label="Format",
        choices=[("csv", "CSV, for spreadsheets"), ("jsonl", "Lines of JSON")],
        widget=UnfoldAdminSelectWidget,
    )


class ProductWritingForm(WritingForm):
    writing = forms.ChoiceField(
        label="Format",
        choices=[*WritingForm.base_fields["writing"].choices, ("shopify", "CSV for Shopify")],
        widget=UnfoldAdminSelectWidget,
    )


def offers_export(page: type[StaffAdmin], *, kind: Kind) -> None:
    """This function will put a button above a list that exports what the list shows. The pages
    belong to apps that know nothing of exports."""

    @action(description="Export", url_path="export", permissions=["export_list"])
    def export_list(self: StaffAdmin, request: HttpRequest) -> HttpResponse:
        return _export(self, request, kind)

    def may_export(self: StaffAdmin, request: HttpRequest, object_id: Any = None) -> bool:
        return holds(request.user, Scope.EXPORT_DATA) and self.has_view_permission(request)

    described: Any = page
    described.export_list = export_list
    described.has_export_list_permission = may_export
    described.actions_list = [*page.actions_list, "export_list"]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a list shows, on all its pages. `said` is the same in the words of exports, where they
    have words for how it is narrowed: a list that is not narrowed at all is everything."""

    kind: Kind
    rows: QuerySet[Any]
    count: int
    said: dict[str, Any] | None

    @property
    def intro(self) -> str:
        """What somebody should know who exports it."""
        what = _ROWS.get(self.kind, self.kind.value)
        if self.count <= MOST_CHOSEN:
            told = f"The {self.count:,} {what} that the list shows, whatever page you are on."
        elif self.said is not None:
            told = f"All {what} that the list shows: more than {MOST_CHOSEN:,}."
        else:
            told = f"The list shows more than {MOST_CHOSEN:,} {what}: narrow it down."
        told += " More than a page or two are written in the background." if self.is_long else ""
        if self.kind is Kind.CUSTOMERS:
            told += " Staff, and who was forgotten, are not among them."
        return f"{told} That you export them is on record."

    @property
    def is_long(self) -> bool:
        """Whether nobody should wait for it."""
        return self.count > MOST_AT_ONCE

    def wanted(self, writing: str) -> Wanted:
        """This function will return the export of the list.

        Raises:
            TooManyRows: it is too long to be carried along.
        """
        narrowed = self.said or {}
        if self.said is None:
            if self.count > MOST_CHOSEN:
                raise TooManyRows(f"At most {MOST_CHOSEN:,} rows. Narrow it down.")
            keys = set(self.rows.values_list("pk", flat=True)[: MOST_CHOSEN + 1])
            narrowed = {"chosen": tuple(sorted(keys))}
        is_shopify = writing == "shopify"
        return Wanted(
            kind=self.kind,
            layout=Layout.SHOPIFY if is_shopify else Layout.NATIVE,
            writing=Writing.CSV if is_shopify else Writing(writing),
            **narrowed,
        )


def shown_by(page: StaffAdmin, request: HttpRequest, *, kind: Kind) -> Shown:
    """This function will return what a list shows that was opened with the query of a request.

    Raises:
        IncorrectLookupParameters: the query makes no sense.
    """
    # It tells which rows are exported; for the list, it reads the page that is shown, too.
    rows = page.get_changelist_instance(request).get_queryset(request).order_by()
    count = rows[: MOST_CHOSEN + 1].count()
    return Shown(kind=kind, rows=rows, count=count, said=_said(kind, request.GET))


def _said(kind: Kind, query: QueryDict) -> dict[str, Any] | None:
    """A filter may stand there several times; the list of orders then shows what is in any of the
    states."""
    narrowed = {name: values for name, values in query.lists() if name not in _NOT_NARROWING}
    if not narrowed:
        return {}
    if kind is Kind.ORDERS and narrowed.keys() == {"state__exact"}:
        return {"states": tuple(narrowed["state__exact"])}
    if kind is Kind.PRODUCTS and narrowed in ({"published": ["yes"]}, {"published": ["no"]}):
        return {"published": narrowed["published"] == ["yes"]}
    return None


def _export(page: StaffAdmin, request: HttpRequest, kind: Kind) -> HttpResponse:
    listing = reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_changelist")
    try:
        shown = shown_by(page, request, kind=kind)
    except (IncorrectLookupParameters, DataError):
        page.message_user(request, "That made no sense. Here is the whole list.", messages.ERROR)
        return HttpResponseRedirect(listing)
    form_class = ProductWritingForm if kind is Kind.PRODUCTS else WritingForm
    form = form_class(request.POST if request.method == "POST" else None)
    made: list[Any] = []

    def act() -> str:
        made.append(_carry_out(request, shown, shown.wanted(form.cleaned_data["writing"])))
        return "The export is on record."

    query = request.GET.urlencode()
    asked = form_page(
        page,
        request,
        form=form,
        act=act,
        title=f"Export {kind.value}",
        intro=shown.intro,
        submit="Export",
        back=f"{listing}?{query}" if query else listing,
    )
    return made[0] if made else asked


def _carry_out(
    request: HttpRequest, shown: Shown, wanted: Wanted
) -> StreamingHttpResponse | HttpResponseRedirect:
    """A short list is the answer; of a long one, the answer is where it is being written."""
    store: Any = request.store  # type: ignore[attr-defined]
    by: Any = request.user
    services.record_list(store=store, kind=shown.kind, count=shown.count, by=by)
    if not shown.is_long:
        pieces = services.export_data(store=store, wanted=wanted, by=by)
        return sent(wanted, (piece.text for piece in pieces))
    job = services.request_export(store=store, wanted=wanted, by=by)
    return HttpResponseRedirect(reverse("admin:interchange_exportjob_change", args=[job.pk]))


offers_export(OrderAdmin, kind=Kind.ORDERS)
offers_export(ProductAdmin, kind=Kind.PRODUCTS)
offers_export(UserAdmin, kind=Kind.CUSTOMERS)
offers_export(StockItemAdmin, kind=Kind.STOCK)
