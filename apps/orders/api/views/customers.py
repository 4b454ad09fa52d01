"""What a customer has ordered, as staff see it."""

from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.errors import CustomerNotFound
from apps.accounts.models import User
from apps.accounts.scopes import Scope
from apps.core.access import holder_of
from apps.core.pagination import NewestFirstPagination
from apps.orders.api.serializers import OrderSummaryOutput
from apps.orders.models import Order


class CustomerOrdersViewSet(viewsets.GenericViewSet[Order]):
    """The orders of one of the store's customers."""

    access = {"list": holder_of(Scope.READ_ORDERS)}
    queryset = Order.objects.none()
    serializer_class = OrderSummaryOutput
    pagination_class = NewestFirstPagination

    def get_queryset(self) -> QuerySet[Order]:
        """This function will keep what this customer has ordered in this store."""
        store, wanted = self.request.store, self.kwargs["id"]
        customer = User.objects.customers(store=store).filter(public_id=wanted).first()
        if customer is None:
            raise CustomerNotFound
        return Order.objects.for_store(store).filter(customer=customer).select_related("customer")

    @extend_schema(responses=OrderSummaryOutput(many=True))
    def list(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the route's name
        """What they have ordered, newest first."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(OrderSummaryOutput(page, many=True).data)
