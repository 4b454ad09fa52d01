"""The stock-take: open shelves, enter what was counted, look at the differences, apply them."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.admin import ModelAdmin

from apps.core.errors import CommerceError
from apps.core.ids import uuid7
from apps.inventory import services as inventory
from apps.inventory.admin.stock_take_forms import (
    CountsForm,
    ReasonForm,
    SettledForm,
    StartForm,
    field_name,
)
from apps.inventory.count_sheet import CountSheet
from apps.inventory.models import StockItem, Warehouse
from apps.inventory.queries import find_warehouse, on_record, shelves_from

SHELVES = 100
_TEMPLATE = "admin/inventory/stock_take.html"


class StockTakePage:
    """One address with four steps. What was typed travels along, so nothing is kept between them
    and nothing is lost."""

    def __init__(self, page: ModelAdmin, request: HttpRequest) -> None:
        self.page = page
        self.request = request
        self.store = request.store  # type: ignore[attr-defined]
        self.by: Any = request.user

    def answer(self) -> HttpResponse:
        """This function will go on with the step that was asked for."""
        if self.request.method != "POST":
            known = {name: self.request.GET.get(name, "") for name in ("warehouse", "first")}
            return self._begin(StartForm(store=self.store, initial=known))
        if "sheet" not in self.request.POST:
            return self._open()
        try:
            return self._go_on()
        except CommerceError as refusal:
            self.page.message_user(self.request, refusal.in_words, messages.ERROR)
            return self._begin(StartForm(store=self.store))

    def _begin(self, form: forms.Form) -> HttpResponse:
        return self._shown(form, submit="Open")

    def _open(self) -> HttpResponse:
        form = StartForm(self.request.POST, self.request.FILES, store=self.store)
        if not form.is_valid():
            return self._begin(form)
        warehouse: Warehouse = form.cleaned_data["warehouse"]
        listed = form.cleaned_data["listed"]
        if not listed:
            return self._open_shelves(form, warehouse)
        skus = {line.sku for line in listed if not line.fault}
        known = on_record(store=self.store, warehouse=warehouse, skus=skus)
        lines = [line for line in listed if not line.fault and line.sku in known]
        sheet = self._sheet(warehouse, [(line.sku, known[line.sku][1]) for line in lines])
        passed = [f"{line.sku}: {line.fault}" for line in listed if line.fault]
        passed += [f"{sku}: is not in the store" for sku in sorted(skus - known.keys())]
        if not lines:
            form.add_error(None, "None of these SKUs can be counted.")
            return self._begin(form)
        counted = {field_name(at): line.counted for at, line in enumerate(lines)}
        return self._count(sheet, CountsForm(rows=sheet.rows, initial=counted), passed=passed)

    def _open_shelves(self, form: forms.Form, warehouse: Warehouse) -> HttpResponse:
        first = form.cleaned_data["first"]
        items = shelves_from(warehouse=warehouse, sku=first, most=SHELVES + 1)
        if not items:
            form.add_error("first", "There is nothing on record from here on.")
            return self._begin(form)
        following = items[SHELVES].variant.sku if len(items) > SHELVES else ""
        shown = [(item.variant.sku, item) for item in items[:SHELVES]]
        sheet = self._sheet(warehouse, shown, following=following)
        return self._count(sheet, CountsForm(rows=sheet.rows))

    def _sheet(
        self,
        warehouse: Warehouse,
        rows: list[tuple[str, StockItem | None]],
        *,
        following: str = "",
    ) -> CountSheet:
        return CountSheet(
            warehouse=warehouse.code,
            reference=str(uuid7()),
            rows=[(sku, item.on_hand if item else 0) for sku, item in rows],
            following=following,
        )

    def _go_on(self) -> HttpResponse:
        given = self.request.POST
        sheet = CountSheet.unsealed(given["sheet"], store=self.store, by=self.by)
        counts, reason = CountsForm(given, rows=sheet.rows), ReasonForm(given)
        makes_sense = counts.is_valid() and reason.is_valid()
        if not makes_sense or given.get("step") == "count":
            return self._count(sheet, counts, reason=reason)
        if all(counts.counted(place) is None for place in range(len(sheet.rows))):
            counts.add_error(None, "Nothing was counted.")
            return self._count(sheet, counts, reason=reason)
        if given.get("step") == "apply":
            return self._apply(sheet, counts, reason.cleaned_data["reason"])
        return self._preview(sheet, counts, reason.cleaned_data["reason"])

    def _count(
        self,
        sheet: CountSheet,
        counts: CountsForm,
        *,
        reason: ReasonForm | None = None,
        passed: list[str] | None = None,
    ) -> HttpResponse:
        # A step back is a page of its own: the hidden step must not be the one that was sent.
        typed = reason["reason"].value() if reason is not None else "Stock-take"
        form = ReasonForm(initial=self._sealed(sheet) | {"reason": typed})
        if reason is not None and reason.errors.get("reason"):
            form.errors.update({"reason": reason.errors["reason"]})
        fields = [counts[field_name(place)] for place in range(len(sheet.rows))]
        rows = [(field, on_hand) for field, (_, on_hand) in zip(fields, sheet.rows, strict=True)]
        return self._shown(
            form, submit="Compare", sheet=sheet, counts=counts, rows=rows, passed=passed
        )

    def _preview(self, sheet: CountSheet, counts: CountsForm, reason: str) -> HttpResponse:
        compared = Comparison(self._warehouse(sheet), sheet, counts)
        form = SettledForm(initial=self._sealed(sheet) | {"reason": reason})
        return self._shown(
            form,
            submit="Apply",
            sheet=sheet,
            hidden=[counts[name].as_hidden() for name in counts.fields],
            compared=compared,
            reason=reason,
        )

    def _apply(self, sheet: CountSheet, counts: CountsForm, reason: str) -> HttpResponse:
        warehouse = self._warehouse(sheet)
        compared = Comparison(warehouse, sheet, counts)
        outcomes = inventory.apply_counts(
            store=self.store,
            warehouse=warehouse,
            counts=compared.counts,
            reason=reason,
            reference=sheet.known_by,
            by=self.by,
        )
        told = [
            [one.count.variant.sku, one.result.value, one.count.quantity, one.on_hand, one.reason]
            for one in outcomes
        ]
        gone = [[sku, "refused", "", "", "is not in the store any more"] for sku in compared.gone]
        report = {
            "headers": ["SKU", "Result", "Counted", "On record now", "Why"],
            "rows": gone + told,
        }
        narrowed = urlencode({"warehouse": sheet.warehouse, "first": sheet.following})
        following = f"{self.request.path}?{narrowed}" if sheet.following else ""
        return self._shown(forms.Form(), sheet=sheet, report=report, following=following)

    def _warehouse(self, sheet: CountSheet) -> Warehouse:
        return find_warehouse(store=self.store, code=sheet.warehouse)

    def _sealed(self, sheet: CountSheet) -> dict[str, str]:
        return {"sheet": sheet.sealed(store=self.store, by=self.by)}

    def _shown(self, form: forms.Form, **context: Any) -> HttpResponse:
        shown = {
            **self.page.admin_site.each_context(self.request),
            "title": "Stock-take",
            "opts": self.page.opts,
            "form": form,
            "back": reverse("admin:inventory_stockitem_changelist"),
            **context,
        }
        return TemplateResponse(self.request, _TEMPLATE, shown)


class Comparison:
    """What was counted beside what is on record: then, when the page was opened, and now."""

    def __init__(self, warehouse: Warehouse, sheet: CountSheet, counts: CountsForm) -> None:
        wanted = {
            sku: (on_hand, counted)
            for place, (sku, on_hand) in enumerate(sheet.rows)
            if (counted := counts.counted(place)) is not None
        }
        known = on_record(store=warehouse.store, warehouse=warehouse, skus=wanted.keys())
        self.gone = sorted(wanted.keys() - known.keys())
        self.counts = [
            inventory.StockCount(
                variant=known[sku][0], warehouse=warehouse, quantity=counted, expected=then
            )
            for sku, (then, counted) in wanted.items()
            if sku in known
        ]
        self.rows = [_compared(one, known[one.variant.sku][1]) for one in self.counts]
        self.differing = [row for row in self.rows if row[4] != "0" or row[5]]
        self.confirmed = len(self.rows) - len(self.differing)
        self.left_out = len(sheet.rows) - len(wanted)

    @property
    def table(self) -> dict[str, Any]:
        """What differs, for the page."""
        headers = ["SKU", "Product", "On record", "Counted", "Difference", "Will be refused"]
        gone = [[sku, "", "", "", "", "It is not in the store any more."] for sku in self.gone]
        return {"headers": headers, "rows": gone + self.differing}


def _compared(count: inventory.StockCount, item: StockItem | None) -> list[Any]:
    refusal = ""
    try:
        count.require_possible(item or StockItem(on_hand=0, reserved=0))
    except CommerceError as error:
        refusal = error.in_words
    difference = count.quantity - count.expected
    variant = count.variant
    written = f"{difference:+d}" if difference else "0"
    return [variant.sku, variant.product.title, count.expected, count.quantity, written, refusal]
