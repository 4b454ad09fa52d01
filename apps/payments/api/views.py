from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.scopes import Scope
from apps.core.access import ANYONE, PERSON, holder_of, owner_or
from apps.core.card_numbers import fields_with_card_number
from apps.core.errors import NotFound
from apps.core.openapi import REQUIRED_IDEMPOTENCY_KEY
from apps.core.serializers import CARD_NUMBER_REFUSED, given
from apps.idempotency.api.replay import requires_idempotency_key_across_transactions
from apps.orders.api.views.paths import ORDER_ID, visible_order
from apps.orders.errors import OrderNotFound
from apps.orders.models import Order
from apps.payments import services
from apps.payments.api.serializers import (
    PaymentOutput,
    PayOrderInput,
    RefundOutput,
    RefundPaymentInput,
    WebhookReceivedOutput,
)
from apps.payments.models import Payment

_READ = owner_or(Scope.READ_PAYMENTS)


def refuse_card_numbers(data: Any) -> None:
    """This function will refuse a body that holds the number of a card, anywhere in it.

    It runs before everything else, so that not even a digest of the body is kept.
    """
    if fields := fields_with_card_number(data):
        raise serializers.ValidationError({field: [CARD_NUMBER_REFUSED] for field in fields})


class CardlessViewSet(viewsets.GenericViewSet[Payment]):
    """What has to do with payments never sees the number of a card."""

    queryset = Payment.objects.none()
    serializer_class = PaymentOutput
    lookup_field = "public_id"
    lookup_url_kwarg = "payment_id"

    def get_queryset(self) -> QuerySet[Payment]:
        """This function will keep what the caller may see: one's own, for staff all of the
        store."""
        payments = Payment.objects.for_store(self.request.store).visible_to(self.request.user)
        return payments.select_related("order")

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_card_numbers(request.data)


class OrderPaymentViewSet(CardlessViewSet):
    """Paying an order."""

    access = {"create": PERSON, "list": _READ}
    limits = {"create": ("payment",)}

    @extend_schema(
        operation_id="orders_pay",
        parameters=[ORDER_ID, REQUIRED_IDEMPOTENCY_KEY],
        request=PayOrderInput,
        responses={201: PaymentOutput},
    )
    @requires_idempotency_key_across_transactions
    def create(self, request: Request, id: str) -> Response:  # noqa: A002 - the route's name
        """Pay an order of one's own. A payment that the gateway declines is an answer, not an
        error: its `state` is `failed`, and the order can be paid again."""
        wish = given(PayOrderInput, request)
        payment = services.pay_order(
            store=request.store,
            order_id=_order_id(request, id),
            customer=request.user,
            idempotency_key=request.idempotency_key,
            now=timezone.now(),
            **wish,
        )
        shown = PaymentOutput(payment, context={"request": request})
        place = reverse("payment", args=[payment.public_id])
        return Response(shown.data, status=status.HTTP_201_CREATED, headers={"Location": place})

    @extend_schema(
        operation_id="orders_payments_list",
        parameters=[ORDER_ID],
        responses=PaymentOutput(many=True),
    )
    def list(self, request: Request, id: str) -> Response:  # noqa: A002 - the route's name
        """What was tried to pay an order, newest first: one's own, for staff any."""
        order = visible_order(request, id, scope=Scope.READ_PAYMENTS)
        tried = self.get_queryset().filter(order=order).order_by("-pk")
        page = self.paginate_queryset(tried)
        return self.get_paginated_response(
            PaymentOutput(page, many=True, context={"request": request}).data
        )


def _order_id(request: Request, reference: str) -> UUID:
    """The id itself costs nothing; the number of an order of one's own is looked up."""
    try:
        return UUID(reference)
    except ValueError:
        own = Order.objects.for_store(request.store).filter(customer=request.user)
        for public_id in own.named(reference).values_list("public_id", flat=True):
            return public_id
        raise OrderNotFound from None


class PaymentViewSet(CardlessViewSet):
    """Payments: one's own, for staff all of the store."""

    access = {"retrieve": _READ}

    @extend_schema(responses=PaymentOutput)
    def retrieve(self, request: Request, payment_id: UUID) -> Response:
        """One payment."""
        return Response(PaymentOutput(self.get_object(), context={"request": request}).data)


class RefundViewSet(CardlessViewSet):
    """What goes back of a payment."""

    access = {
        "list": _READ,
        "retrieve": _READ,
        "create": holder_of(Scope.REFUND_PAYMENTS),
    }

    @extend_schema(operation_id="payments_refunds_list", responses=RefundOutput(many=True))
    def list(self, request: Request, payment_id: UUID) -> Response:
        """What was given back of a payment, or is on its way, newest first."""
        page = self.paginate_queryset(self.get_object().refunds.order_by("-pk"))
        return self.get_paginated_response(RefundOutput(page, many=True).data)

    @extend_schema(operation_id="payments_refunds_retrieve", responses=RefundOutput)
    def retrieve(self, request: Request, payment_id: UUID, refund_id: UUID) -> Response:
        """One refund. Banks take days: it is `requested` until then."""
        refund = self.get_object().refunds.filter(public_id=refund_id).first()
        if refund is None:
            raise NotFound("There is no such refund.")
        return Response(RefundOutput(refund).data)

    @extend_schema(
        operation_id="payments_refund",
        parameters=[REQUIRED_IDEMPOTENCY_KEY],
        request=RefundPaymentInput,
        responses={201: RefundOutput},
    )
    @requires_idempotency_key_across_transactions
    def create(self, request: Request, payment_id: UUID) -> Response:
        """Give a part of a payment back, or all that is left of it. For staff."""
        wish = given(RefundPaymentInput, request)
        refund = services.refund_payment(
            store=request.store,
            payment_id=payment_id,
            idempotency_key=request.idempotency_key,
            by=request.user,
            **wish,
        )
        place = reverse("payment-refund", args=[payment_id, refund.public_id])
        shown = RefundOutput(refund).data
        return Response(shown, status=status.HTTP_201_CREATED, headers={"Location": place})


class WebhookView(APIView):
    """Where gateways tell us what became of a charge or a refund."""

    authentication_classes: ClassVar[list[Any]] = []
    access = {"post": ANYONE}
    default_limit = "webhook"  # a gateway has much to tell, from few addresses

    @extend_schema(
        operation_id="payments_webhook",
        request={"application/json": OpenApiTypes.OBJECT},
        responses=WebhookReceivedOutput,
    )
    def post(self, request: Request, gateway: str) -> Response:
        """For gateways alone: the body is signed. Every event takes effect once, and is answered
        with 200 however often it comes."""
        services.receive_webhook(
            gateway=gateway, body=request.body, headers=request.headers, now=timezone.now()
        )
        return Response(WebhookReceivedOutput({"received": True}).data)
