"""The page that receives goods from a file. The file travels with the page, sealed, until somebody
has looked at what it would do."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.admin import ModelAdmin
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from apps.core.errors import CommerceError
from apps.core.ids import uuid7
from apps.interchange import services
from apps.interchange.formats.native_columns import RECEIPT_COLUMNS
from apps.interchange.goods_delivery import MOST_BYTES, MOST_ROWS, GoodsDelivery
from apps.interchange.kinds import Import, Planned
from apps.interchange.refused_rows import refused_csv
from apps.interchange.report import Outcome
from apps.inventory.models import Warehouse
from apps.stores.models import Store

_TEMPLATE = "admin/interchange/receive_goods.html"
_ENCODINGS = [("utf-8-sig", "UTF-8"), ("cp1252", "Windows (cp1252)"), ("utf-16", "UTF-16")]


class UploadForm(forms.Form):
    """A delivery."""

    file = forms.FileField(
        label="CSV file",
        widget=UnfoldAdminFileFieldWidget,
        help_text=(
            "With the columns sku and quantity, and warehouse and note where there is something "
            f"to say. At most {MOST_ROWS:,} rows and {MOST_BYTES // 1024} KB."
        ),
    )
    encoding = forms.ChoiceField(choices=_ENCODINGS, widget=UnfoldAdminSelectWidget)
    warehouse = forms.ModelChoiceField(
        Warehouse.objects.none(),
        label="Into",
        required=False,
        to_field_name="code",
        widget=UnfoldAdminSelectWidget,
        help_text="Where a row does not say it. Empty: the default warehouse.",
    )
    note = forms.CharField(
        required=False,
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text="Such as the number of the delivery note; for rows without a note.",
    )

    def __init__(self, *args: Any, store: Store, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        warehouses: Any = self.fields["warehouse"]
        warehouses.queryset = Warehouse.objects.for_store(store).order_by("priority", "pk")

    def delivery(self) -> GoodsDelivery:
        """This function will read the file, no more of it than may be."""
        given = self.cleaned_data
        name = str(given["file"].name).replace("\x00", "").encode(errors="replace").decode()
        warehouse = given["warehouse"]
        return GoodsDelivery(
            content=given["file"].read(MOST_BYTES + 1),
            once=uuid7(),
            file_name=name,
            encoding=given["encoding"],
            warehouse=warehouse.code if warehouse else "",
            note=given["note"],
        )


class SealedForm(forms.Form):
    """A delivery that somebody has looked at."""

    step = forms.CharField(widget=forms.HiddenInput, initial="receive", required=False)
    sealed = forms.CharField(widget=forms.HiddenInput)


class ReceiveGoodsPage:
    """Upload, look, receive: one address."""

    def __init__(self, page: ModelAdmin, request: HttpRequest) -> None:
        self.page = page
        self.request = request
        self.store = request.store  # type: ignore[attr-defined]
        self.by: Any = request.user

    def answer(self) -> HttpResponse:
        """This function will go on with the step that was asked for."""
        if self.request.method != "POST":
            return self._shown(UploadForm(store=self.store), submit="Preview")
        if "sealed" not in self.request.POST:
            return self._uploaded()
        try:
            return self._go_on()
        except CommerceError as refusal:
            self.page.message_user(self.request, refusal.in_words, messages.ERROR)
            return self._shown(UploadForm(store=self.store), submit="Preview")

    def _uploaded(self) -> HttpResponse:
        form = UploadForm(self.request.POST, self.request.FILES, store=self.store)
        if form.is_valid():
            delivery = form.delivery()
            try:
                return self._preview(delivery)
            except CommerceError as refusal:
                form.add_error("file", refusal.in_words)
        return self._shown(form, submit="Preview")

    def _go_on(self) -> HttpResponse:
        given = self.request.POST
        delivery = GoodsDelivery.unsealed(given["sealed"], store=self.store, by=self.by)
        if given.get("step") == "refused":
            plan = services.plan_delivery(delivery=delivery, run=self._run(delivery))
            return sent_refused([one.outcome for one in plan.refused])
        if given.get("step") != "receive":
            return self._preview(delivery)
        batch = services.receive_delivery(delivery=delivery, run=self._run(delivery))
        told = f"{batch.created + batch.changed} rows received, {batch.refused} refused."
        self.page.message_user(self.request, told, messages.SUCCESS)
        place = reverse("admin:interchange_goodsreceipt_change", args=[batch.pk])
        return HttpResponseRedirect(place)

    def _run(self, delivery: GoodsDelivery) -> Import:
        return Import(
            store=self.store,
            by=self.by,
            now=timezone.now(),
            file=delivery.file_name,
            options=delivery.options,
        )

    def _preview(self, delivery: GoodsDelivery) -> HttpResponse:
        plan = services.plan_delivery(delivery=delivery, run=self._run(delivery))
        sealed = delivery.sealed(store=self.store, by=self.by)
        same = plan.same and reverse("admin:interchange_goodsreceipt_change", args=[plan.same.pk])
        return self._shown(
            SealedForm(initial={"sealed": sealed}),
            submit="Receive",
            delivery=delivery,
            plan=plan,
            pieces=sum(one.work.arrival.quantity for one in plan.received),
            received=_received_table(plan.received),
            refused=refused_table([one.outcome for one in plan.refused]),
            same=same,
        )

    def _shown(self, form: forms.Form, **context: Any) -> HttpResponse:
        shown = {
            **self.page.admin_site.each_context(self.request),
            "title": "Receive goods",
            "opts": self.page.opts,
            "form": form,
            "back": reverse("admin:interchange_goodsreceipt_changelist"),
            **context,
        }
        return TemplateResponse(self.request, _TEMPLATE, shown)


def refused_table(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """This function will describe rows that are refused, for a page."""
    return {
        "headers": ["Line", "What", "Why"],
        "rows": [[one.line, one.key, "; ".join(map(str, one.faults))] for one in outcomes],
    }


def sent_refused(outcomes: Sequence[Outcome]) -> HttpResponse:
    """This function will send rows that are refused as a file."""
    content = refused_csv(outcomes, columns=RECEIPT_COLUMNS)
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="refused.csv"'
    return answer


def _received_table(planned: Sequence[Planned]) -> dict[str, Any]:
    headers = ["SKU", "Product", "Into", "Arrived", "Now", "Will be", "Note"]
    return {"headers": headers, "rows": [_received(one) for one in planned]}


def _received(planned: Planned) -> list[Any]:
    arrival, now = planned.work.arrival, planned.work.on_hand
    variant = arrival.variant
    return [
        variant.sku,
        variant.product.title,
        arrival.warehouse.name,
        arrival.quantity,
        now,
        now + arrival.quantity,
        arrival.note,
    ]
