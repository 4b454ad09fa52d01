"""What staff do with several orders at once, and what became of each."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from apps.core.admin import LedgerAdmin
from apps.core.form_page import form_page
from apps.core.report_page import chosen_rows, report_page
from apps.orders import services
from apps.orders.admin.act_forms import CancelManyForm, LookedManyForm
from apps.orders.models import Order


class OrderBulkActs(LedgerAdmin):
    """The actions of the list of orders."""

    actions: ClassVar[Any] = ["cancel", "ship_rest", "mark_delivered", "clear_attention"]

    @admin.action(description="Cancel", permissions=["handle"])
    def cancel(self, request: HttpRequest, orders: QuerySet[Order]) -> HttpResponse | None:
        """This function will ask why, and cancel one chosen order after the other."""
        chosen = chosen_rows(self, request, orders)
        if not chosen:
            return None
        form = CancelManyForm(request.POST if "reason" in request.POST else None)
        return form_page(
            self,
            request,
            form=form,
            act=lambda: self._report(
                request,
                chosen,
                services.cancel_order,
                title="Cancel orders",
                reason=form.cleaned_data["reason"],
            ),
            title="Cancel the chosen orders",
            intro="The goods are free for others again, the customers are told, and the money that "
            "was received goes back by itself.",
            submit="Cancel orders",
            back=request.get_full_path(),
            template="admin/orders/chosen_orders.html",
            chosen=chosen,
            action="cancel",
        )

    @admin.action(description="Ship what is left", permissions=["fulfil"])
    def ship_rest(self, request: HttpRequest, orders: QuerySet[Order]) -> HttpResponse | None:
        """This function will ship all that is left of one chosen order after the other."""
        chosen = chosen_rows(self, request, orders)
        return self._report(request, chosen, services.ship_order, title="Ship what is left")

    @admin.action(description="Mark as delivered", permissions=["fulfil"])
    def mark_delivered(self, request: HttpRequest, orders: QuerySet[Order]) -> HttpResponse | None:
        """This function will record that one chosen order after the other has arrived."""
        chosen = chosen_rows(self, request, orders)
        service = services.mark_order_delivered
        return self._report(request, chosen, service, title="Mark as delivered")

    @admin.action(description="Nothing to look at any more", permissions=["handle"])
    def clear_attention(self, request: HttpRequest, orders: QuerySet[Order]) -> HttpResponse | None:
        """This function will show what the chosen orders are flagged for, and record that somebody
        has looked at that."""
        chosen = chosen_rows(self, request, orders.select_related("store"))
        if not chosen:
            return None
        form = LookedManyForm(request.POST if "looked" in request.POST else None, orders=chosen)
        title = "Nothing to look at any more"
        return form_page(
            self,
            request,
            form=form,
            act=lambda: report_page(
                self,
                request,
                rows=chosen,
                act=lambda order: form.clear(order, by=request.user),
                title=title,
            ),
            title=title,
            intro="What is flagged for another reason by then stays flagged, and where money is in "
            "doubt, the exception inbox says what to do.",
            submit="I have looked at them",
            back=request.get_full_path(),
            template="admin/orders/chosen_orders.html",
            chosen=chosen,
            action="clear_attention",
        )

    def _report(
        self,
        request: HttpRequest,
        chosen: list[Order],
        service: Callable[..., object],
        *,
        title: str,
        **details: Any,
    ) -> HttpResponse | None:
        def act(order: Order) -> None:
            service(
                store=request.store,  # type: ignore[attr-defined]
                order_id=order.public_id,
                by=request.user,
                now=timezone.now(),
                **details,
            )

        return report_page(self, request, rows=chosen, act=act, title=title) if chosen else None
