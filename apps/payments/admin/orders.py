"""What an order's page shows of money, and does with it: orders themselves know nothing of it."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from unfold.decorators import action

from apps.accounts.scopes import Scope
from apps.core.access import holds
from apps.core.admin import LedgerInline
from apps.core.bounded_formset import BoundedFormSet
from apps.core.money import Money
from apps.orders.admin import OrderAdmin
from apps.orders.admin.acts import sent
from apps.orders.attention import MONEY_IN_DOUBT
from apps.orders.models import Order
from apps.orders.transitions import PAID_FOR
from apps.payments import services
from apps.payments.admin.order_forms import RefundForm
from apps.payments.errors import RefundRefused
from apps.payments.models import Payment, Refund

_SHOWN = ["paid", "refunded", "left_to_refund"]
_ROWS = [("paid", "refunded"), "left_to_refund"]


def payments_of(order: Order) -> list[Payment]:
    """This function will read the newest payments of an order, once for each that was read."""
    known: list[Payment] | None = order.__dict__.get("_payments")
    if known is None:
        known = list(Payment.objects.filter(order=order).order_by("-pk")[: BoundedFormSet.most + 1])
        order.__dict__["_payments"] = known
    return known


class PaymentFormSet(BoundedFormSet):
    """Shows what the buttons have looked at: it is not read twice."""

    def first_of(self, rows: Any) -> list[Payment]:
        """This function will return the payments of the order."""
        return payments_of(self.instance)


class PaymentInline(LedgerInline):
    """How an order was paid, with a way to the payment."""

    read_scope = Scope.READ_PAYMENTS
    model = Payment
    fields = ["created_at", "gateway", "state", "charged", "refunded", "held_reason"]
    readonly_fields = fields
    ordering = ["-pk"]
    formset = PaymentFormSet
    show_change_link = True


OrderAdmin.inlines = [*OrderAdmin.inlines, PaymentInline]


def received(order: Order) -> list[Payment]:
    """This function will return the payments of which there is money."""
    return [one for one in payments_of(order) if one.state == Payment.State.CAPTURED]


def can_be_refunded(order: Order) -> bool:
    """This function will tell whether money of an order can go back."""
    return any(one.refundable for one in received(order))


def can_be_captured(order: Order) -> bool:
    """This function will tell whether money is set aside, to be taken before goods leave."""
    is_sure = order.state in PAID_FOR and order.attention not in MONEY_IN_DOUBT
    return is_sure and any(
        one.state == Payment.State.AUTHORIZED and not one.is_surplus for one in payments_of(order)
    )


class PaidOrderAdmin(OrderAdmin):
    """Orders with their money."""

    actions_detail: ClassVar[Any] = [*OrderAdmin.actions_detail, "refund", "capture"]
    possible: ClassVar[Any] = {
        **OrderAdmin.possible,
        "refund": can_be_refunded,
        "capture": can_be_captured,
    }
    readonly_fields: ClassVar[Any] = [*OrderAdmin.readonly_fields, *_SHOWN]

    def has_refund_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """This function will tell who may move money."""
        return holds(request.user, Scope.REFUND_PAYMENTS)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """This function will show what was paid to who may see payments."""
        fieldsets = super().get_fieldsets(request, obj)
        if not holds(request.user, Scope.READ_PAYMENTS):
            return fieldsets
        return [
            (title, {**shown, "fields": [*shown["fields"], *_ROWS]} if title == "Money" else shown)
            for title, shown in fieldsets
        ]

    @admin.display(description="Paid")
    def paid(self, order: Order) -> str:
        """This function will tell how much has come."""
        return str(_sum(order, [one.charged for one in received(order)]))

    @admin.display(description="Refunded")
    def refunded(self, order: Order) -> str:
        """This function will tell how much has gone back, or is about to."""
        return str(_sum(order, [one.refunded for one in received(order)]))

    @admin.display(description="Left to refund")
    def left_to_refund(self, order: Order) -> str:
        """This function will tell how much can still go back."""
        return str(_sum(order, [one.refundable for one in received(order)]))

    @action(
        description="Refund", url_path="refund", permissions=["refund"], icon="currency_exchange"
    )
    def refund(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """This function will ask how much goes back, and give it back."""
        order = self.opened(request, object_id, "refund")
        if isinstance(order, HttpResponse):
            return order
        return self._asked_to_refund(request, order, RefundForm(sent(request), order=order))

    def _asked_to_refund(
        self, request: HttpRequest, order: Order, form: RefundForm
    ) -> HttpResponse:
        def act() -> str | HttpResponse:
            try:
                made = form.refund(by=request.user)  # type: ignore[arg-type]
            except RefundRefused as refusal:
                self.message_user(request, refusal.in_words, messages.ERROR)
                # Under its key it stays refused: the next attempt is asked for by a page anew,
                # which shows what is left now.
                now = self.get_object(request, str(order.pk))
                anew = RefundForm(initial=form.typed, order=now)
                return self._asked_to_refund(request, now, anew)
            is_done = made.state == Refund.State.SUCCEEDED
            return f"{made.money} {'went' if is_done else 'is about to go'} back."

        intro = (
            f"{self.paid(order)} were paid, {self.refunded(order)} of it went back, "
            f"{self.left_to_refund(order)} are left to refund. The customer is told."
        )
        return self.asked(
            request, order, form, act, title=f"Refund {order}", intro=intro, submit="Refund"
        )

    @action(description="Capture", url_path="capture", permissions=["refund"], icon="price_check")
    def capture(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """This function will ask once more, and take the money that was authorized."""
        order = self.opened(request, object_id, "capture")
        if isinstance(order, HttpResponse):
            return order
        form = forms.Form(sent(request))

        def act() -> str:
            payment = services.capture_payment(
                store=order.store,
                order_id=order.public_id,
                by=request.user,  # type: ignore[arg-type]
            )
            return f"{payment.charged} were captured."

        intro = "The money is taken now. Otherwise it is taken when the first goods leave."
        return self.asked(
            request, order, form, act, title=f"Capture {order}", intro=intro, submit="Capture"
        )


def _sum(order: Order, amounts: list[Money]) -> Money:
    """An order is paid in its own currency."""
    return Money.total(amounts, currency=order.currency)


admin.site.unregister(Order)
admin.site.register(Order, PaidOrderAdmin)
