from typing import Any

from rest_framework import serializers

from apps.core.money import Money
from apps.core.serializers import InputSerializer, MoneyField
from apps.payments.models import Payment, Refund


class PayOrderInput(InputSerializer):
    gateway = serializers.CharField(
        max_length=30, help_text="A gateway this shop offers, such as `simulated`."
    )
    payment_method = serializers.CharField(
        max_length=255,
        required=False,
        default="",
        allow_blank=True,
        help_text="The gateway's own name for it, never a card number. Left out: the payer chooses "
        "in the gateway's form, which `client_secret` opens. The simulated gateway knows "
        "`success`, `decline` and others (docs/payments.md).",
    )


class RefundPaymentInput(InputSerializer):
    amount = MoneyField(required=False, help_text="Left out: all that has not gone back yet.")
    reason = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)

    def validate_amount(self, amount: Money) -> Money:
        """This function will refuse an amount that is not above zero."""
        if amount.amount <= 0:
            raise serializers.ValidationError("It must be above zero.", code="min_value")
        return amount


class PaymentOutput(serializers.ModelSerializer[Payment]):
    id = serializers.UUIDField(source="public_id")
    order_id = serializers.UUIDField(source="order.public_id")
    state = serializers.ChoiceField(choices=Payment.State.choices)
    amount = MoneyField(source="charged")
    refunded = MoneyField(help_text="Given back, or on its way.")
    client_secret = serializers.SerializerMethodField(
        help_text="For the payer, while they have to act: what the gateway's own form goes on with."
    )
    next_action_url = serializers.SerializerMethodField(
        help_text="For the payer, while they have to act: where to go; empty when the form does it."
    )
    failure_code = serializers.CharField(help_text="Why it failed; empty when it did not.")

    class Meta:
        model = Payment
        fields = [
            "id",
            "order_id",
            "gateway",
            "payment_method",
            "state",
            "amount",
            "refunded",
            "failure_code",
            "client_secret",
            "next_action_url",
            "authorized_at",
            "captured_at",
            "created_at",
        ]
        read_only_fields = fields

    def get_client_secret(self, payment: Payment) -> str:
        """This function will tell it to the payer, and not to staff who look."""
        return payment.client_secret if self._is_for_payer(payment) else ""

    def get_next_action_url(self, payment: Payment) -> str:
        """This function will return a whole URL, also for a page of ours."""
        if not payment.redirect_url or not self._is_for_payer(payment):
            return ""
        return str(self.context["request"].build_absolute_uri(payment.redirect_url))

    def _is_for_payer(self, payment: Payment) -> bool:
        return bool(self.context["request"].user.pk == payment.order.customer_id)


class RefundOutput(serializers.ModelSerializer[Refund]):
    id = serializers.UUIDField(source="public_id")
    payment_id = serializers.UUIDField(source="payment.public_id")
    state = serializers.ChoiceField(choices=Refund.State.choices)
    amount = MoneyField(source="money")
    failure_code = serializers.CharField(help_text="Why it failed; empty when it did not.")

    class Meta:
        model = Refund
        fields = [
            "id",
            "payment_id",
            "state",
            "amount",
            "reason",
            "failure_code",
            "succeeded_at",
            "created_at",
        ]
        read_only_fields = fields


class WebhookReceivedOutput(serializers.Serializer[Any]):
    """Whatever the event was about, it need not be sent again."""

    received = serializers.BooleanField()
