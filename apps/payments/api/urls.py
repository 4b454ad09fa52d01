from django.urls import path

from apps.payments.api.views import OrderPaymentViewSet, PaymentViewSet, RefundViewSet, WebhookView

urlpatterns = [
    path(
        "orders/<str:id>/payments",
        OrderPaymentViewSet.as_view({"get": "list", "post": "create"}),
        name="order-payments",
    ),
    path("payments/webhooks/<str:gateway>", WebhookView.as_view(), name="payment-webhook"),
    path("payments/<uuid:payment_id>", PaymentViewSet.as_view({"get": "retrieve"}), name="payment"),
    path(
        "payments/<uuid:payment_id>/refunds",
        RefundViewSet.as_view({"get": "list", "post": "create"}),
        name="payment-refunds",
    ),
    path(
        "payments/<uuid:payment_id>/refunds/<uuid:refund_id>",
        RefundViewSet.as_view({"get": "retrieve"}),
        name="payment-refund",
    ),
]
