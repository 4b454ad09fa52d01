"""The page of an order, with all that happened to it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.accounts.scopes import Scope
from apps.backoffice.timeline import Known, timeline_of
from apps.core.access import holds
from apps.orders.models import Invoice, Order, Shipment
from apps.payments.admin import PaidOrderAdmin
from apps.payments.models import Payment


class OrderPage(PaidOrderAdmin):
    """Orders with their money, and one timeline of what orders, payments, mails and the record of
    events know."""

    change_form_outer_after_template = "admin/backoffice/timeline.html"

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        """This function will add the timeline. What the tables above it have read is not read
        again; what whoever looks may not see there, they do not see here."""
        order = context.get("original")
        if isinstance(order, Order):
            context["timeline"] = timeline_of(_known(request, order, context))
        return super().render_change_form(request, context, *args, **kwargs)


def _known(request: HttpRequest, order: Order, context: Any) -> Known:
    shown = {one.formset.model: one.formset.get_queryset() for one in _tables(context)}
    return Known(
        order=order,
        shipments=list(shown.get(Shipment, ())),
        invoices=list(shown.get(Invoice, ())),
        payments=list(shown.get(Payment, ())),
        shows_money=holds(request.user, Scope.READ_PAYMENTS),
        shows_mails=holds(request.user, Scope.READ_EVENTS),
    )


def _tables(context: Any) -> Any:
    return context["inline_admin_formsets"]


admin.site.unregister(Order)
admin.site.register(Order, OrderPage)
