from django.urls import path

from apps.payments.api.views import OrderPaymentViewSet, PaymentViewSet

urlpatterns = [
    path(
        "orders/<str:id>/payments",
        OrderPaymentViewSet.as_view({"post": "create"}),
        name="order-payments",
    ),
    path("payments/<uuid:payment_id>", PaymentViewSet.as_view({"get": "retrieve"}), name="payment"),
    path(
        "payments/<uuid:payment_id>/refunds",
        PaymentViewSet.as_view({"post": "refund"}),
        name="payment-refunds",
    ),
]
