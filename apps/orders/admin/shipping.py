"""Shipping from the staff site: what leaves, by whom, and what has left."""

from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextInputWidget,
    UnfoldAdminURLInputWidget,
)

from apps.accounts.scopes import Scope
from apps.core.admin import LedgerInline
from apps.core.bounded_formset import BoundedFormSet
from apps.events.actors import Actor
from apps.orders import services
from apps.orders.admin.possible import shipments_of
from apps.orders.models import Order, OrderLine, Shipment
from apps.orders.models.shipment import HTTPS_ONLY
from apps.stores.validators import validate_line


class ShipForm(forms.Form):
    """A parcel: its carrier, and how many of each line that is not shipped yet."""

    carrier = forms.CharField(
        max_length=100,
        required=False,
        validators=[validate_line],
        widget=UnfoldAdminTextInputWidget,
    )
    tracking_number = forms.CharField(
        max_length=100,
        required=False,
        validators=[validate_line],
        widget=UnfoldAdminTextInputWidget,
    )
    tracking_url = forms.URLField(
        max_length=500,
        required=False,
        assume_scheme="https",
        validators=HTTPS_ONLY,
        widget=UnfoldAdminURLInputWidget,
        label="Tracking address",
    )

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order = order
        self.lines = {f"line_{line.pk}": line for line in OrderLine.objects.filter(order=order)}
        for name, line in self.lines.items():
            if line.left_to_ship:
                self.fields[name] = _quantity_of(line)
        shipped = sum(line.shipped_quantity for line in self.lines.values())
        self.fields["shipped"] = forms.IntegerField(
            initial=shipped, required=False, widget=forms.HiddenInput
        )

    def ship(self, *, by: Actor, now: datetime) -> Shipment:
        """This function will ship what the form says."""
        said = self.cleaned_data
        parcel = [
            services.ShippedLine(line_id=line.public_id, quantity=said[name])
            for name, line in self.lines.items()
            if said.get(name)
        ]
        return services.ship_order(
            store=self.order.store,
            order_id=self.order.public_id,
            lines=parcel,
            expected_shipped=said["shipped"],
            carrier=said["carrier"],
            tracking_number=said["tracking_number"],
            tracking_url=said["tracking_url"],
            by=by,
            now=now,
        )


def _quantity_of(line: OrderLine) -> forms.IntegerField:
    return forms.IntegerField(
        label=" · ".join(filter(None, [line.sku, line.title, line.variant_title])),
        help_text=f"{line.left_to_ship} of {line.quantity} left.",
        initial=line.left_to_ship,
        min_value=0,
        max_value=line.left_to_ship,
        required=False,
        widget=UnfoldAdminIntegerFieldWidget,
    )


class ShipmentFormSet(BoundedFormSet):
    """Shows what the buttons have looked at: it is not read twice."""

    def first_of(self, rows: Any) -> list[Shipment]:
        """This function will return the parcels of the order."""
        return shipments_of(self.instance)


class ShipmentInline(LedgerInline):
    """What has left of an order."""

    read_scope = Scope.READ_ORDERS
    model = Shipment
    fields = [
        "shipped_at",
        "carrier",
        "tracking_number",
        "tracking_url",
        "goods",
        "delivered_at",
        "slip",
    ]
    ordering = ["-pk"]
    formset = ShipmentFormSet
    hide_title = True
    readonly_fields = fields

    @display(description="Goods")
    def goods(self, shipment: Shipment) -> str:
        """This function will tell how many of what are in it."""
        held = ((line.quantity, line.order_line.sku) for line in shipment.lines.all())
        return format_html_join(", ", "{} x {}", held)

    @display(description="Packing slip")
    def slip(self, shipment: Shipment) -> str:
        """This function will lead to what lies beside the goods."""
        return format_html(
            '<a class="underline" href="{}?shipment={}">Packing slip</a>',
            reverse("admin:orders_order_packing_slip", args=[shipment.order_id]),
            shipment.public_id,
        )
