"""Customers, as staff see them."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework import status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts import services
from apps.accounts.api.filters import CustomerFilter
from apps.accounts.api.serializers import (
    CustomerInput,
    CustomerOutput,
    ErasureOutput,
    UpdateCustomerInput,
)
from apps.accounts.models import User
from apps.accounts.scopes import Scope
from apps.core.access import holder_of
from apps.core.etags import expected_version, tagged
from apps.core.openapi import IDEMPOTENCY_KEY, IF_MATCH
from apps.core.serializers import given
from apps.idempotency.api.replay import accepts_idempotency_key

_READ, _WRITE = holder_of(Scope.READ_CUSTOMERS), holder_of(Scope.WRITE_CUSTOMERS)


class CustomerViewSet(viewsets.GenericViewSet[User]):
    """The store's customers. Members of staff are none, and not found here."""

    access = {
        "list": _READ,
        "retrieve": _READ,
        "create": _WRITE,
        "partial_update": _WRITE,
        "destroy": _WRITE,
    }
    queryset = User.objects.none()
    serializer_class = CustomerOutput
    filter_backends = [DjangoFilterBackend]
    filterset_class = CustomerFilter
    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[User]:
        """This function will keep the store's own, newest first."""
        return User.objects.customers(store=self.request.store).order_by("-pk")

    @extend_schema(responses=CustomerOutput(many=True))
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(CustomerOutput(page, many=True).data)

    @extend_schema(responses=CustomerOutput)
    def retrieve(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the route's name
        return _shown(self.get_object(), request)

    @extend_schema(
        request=CustomerInput, responses={201: CustomerOutput}, parameters=[IDEMPOTENCY_KEY]
    )
    @accepts_idempotency_key
    def create(self, request: Request) -> Response:
        """Make somebody a customer. A mail asks them to verify the address."""
        details = given(CustomerInput, request)
        customer = services.create_customer(store=request.store, by=request.user, **details)
        place = reverse("customer-detail", args=[customer.public_id])
        return _shown(
            customer, request, status=status.HTTP_201_CREATED, headers={"Location": place}
        )

    @extend_schema(request=UpdateCustomerInput, responses=CustomerOutput, parameters=[IF_MATCH])
    def partial_update(self, request: Request, id: UUID) -> Response:  # noqa: A002
        customer = services.update_customer(
            store=request.store,
            customer_id=id,
            changes=given(UpdateCustomerInput, request, partial=True),
            by=request.user,
            expected_version=expected_version(request),
        )
        return _shown(customer, request)

    @extend_schema(responses={200: ErasureOutput}, parameters=[IF_MATCH])
    def destroy(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Forget a customer for good. The answer says what stays, and why."""
        report = services.erase_person(
            person=self.get_object(),
            by=request.user,
            expected_version=expected_version(request),
        )
        return Response(ErasureOutput(report).data)


def _shown(customer: User, request: Request, **answer: Any) -> Response:
    response = Response(CustomerOutput(customer).data, **answer)
    return tagged(response, request=request, version=customer.version)
