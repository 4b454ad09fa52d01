"""What staff are asked when money of an order is to move."""

from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from apps.core.money import Money, currency_exponent
from apps.events.actors import Actor
from apps.orders.admin.act_forms import KeyedForm
from apps.orders.models import Order
from apps.payments import services
from apps.payments.errors import RefundRefused
from apps.payments.models import Payment, Refund
from apps.stores.validators import validate_line

_MOST_PAYMENTS = 20


class RefundForm(KeyedForm):
    """How much of which payment goes back, and why. It carries what it showed of each payment, and
    a key: sent twice it refunds once, and what has changed meanwhile is not refunded."""

    payment = forms.ChoiceField(widget=UnfoldAdminSelectWidget)
    amount = forms.DecimalField(
        min_value=0, max_digits=19, decimal_places=4, widget=UnfoldAdminDecimalFieldWidget
    )
    reason = forms.CharField(
        max_length=200,
        validators=[validate_line],
        widget=UnfoldAdminTextInputWidget,
        help_text="For staff, and on the credit note.",
    )

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        captured = Payment.objects.filter(order=order, state=Payment.State.CAPTURED)
        newest = captured.select_related("store").order_by("-pk")[:_MOST_PAYMENTS]
        self.payments = {str(one.public_id): one for one in newest}
        for key, payment in self.payments.items():
            self.fields[f"seen_{key}"] = forms.IntegerField(
                required=False, widget=forms.HiddenInput, initial=payment.version
            )
        self._offer([one for one in self.payments.values() if one.refundable])

    def _offer(self, refundable: list[Payment]) -> None:
        """What has nothing left stands in the choice too: the form may have been sent twice."""
        fields: dict[str, Any] = self.fields
        fields["payment"].choices = [
            (key, f"{one.gateway}, {one.created_at:%Y-%m-%d}: {one.charged}, {_left(one)}")
            for key, one in self.payments.items()
        ]
        fields["amount"].help_text = ", ".join(_left(one) for one in refundable) + "."
        if len(refundable) == 1:
            (only,) = refundable
            fields["payment"].initial = str(only.public_id)
            fields["amount"].initial = only.refundable.as_json()["amount"]
            fields["amount"].label = f"Amount, {only.currency}"

    def clean(self) -> dict[str, Any]:
        """This function will refuse amounts that the currency cannot say."""
        cleaned = super().clean()
        payment = self.payments.get(cleaned.get("payment", ""))
        amount = cleaned.get("amount")
        if payment is None or amount is None:
            return cleaned
        decimals = currency_exponent(payment.currency)
        if amount != round(amount, decimals):
            self.add_error("amount", f"{payment.currency} has {decimals} decimals.")
        return cleaned

    @property
    def typed(self) -> dict[str, Any]:
        """What somebody has decided, without what the page remembers."""
        return {name: self.cleaned_data[name] for name in ("payment", "amount", "reason")}

    def refund(self, *, by: Actor) -> Refund:
        """This function will give the money back, or find that it has.

        Raises:
            RefundRefused: the gateway does not give it back.
        """
        said = self.cleaned_data
        payment = self.payments[said["payment"]]
        refund = services.refund_payment(
            store=payment.store,
            payment_id=payment.public_id,
            amount=Money(said["amount"], payment.currency),
            reason=said["reason"],
            idempotency_key=f"desk:{said['key']}",
            expected_version=said[f"seen_{said['payment']}"],
            by=by,
        )
        if refund.state == Refund.State.FAILED:
            raise RefundRefused(failure_code=refund.failure_code)
        return refund


def _left(payment: Payment) -> str:
    return f"{payment.refundable} left to refund"
