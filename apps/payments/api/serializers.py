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
        help_text="The gateway's own name for it, never a card number. "
        "The simulated gateway knows `success` and `decline`.",
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
            "captured_at",
            "created_at",
        ]
        read_only_fields = fields


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
