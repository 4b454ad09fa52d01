from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog import services as catalog
from apps.catalog.api.permissions import CATALOG_ACCESS
from apps.catalog.api.serializers import VariantInput, VariantOutput
from apps.catalog.api.views.paths import ID, PRODUCT, PUBLIC_ID
from apps.catalog.api.views.products import visible_products
from apps.catalog.models import Product, Variant
from apps.core.etags import expected_version, tagged
from apps.core.openapi import IDEMPOTENCY_KEY, IF_MATCH
from apps.core.serializers import given
from apps.idempotency.api.replay import accepts_idempotency_key


@extend_schema(parameters=[PRODUCT])
class VariantViewSet(viewsets.GenericViewSet[Variant]):
    """The choices of one product, each with its price and its SKU."""

    queryset = Variant.objects.none()
    access = CATALOG_ACCESS
    serializer_class = VariantOutput
    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    lookup_value_regex = PUBLIC_ID

    def product(self) -> Product:
        """This function will return the product that the address names."""
        return get_object_or_404(visible_products(self.request).named(self.kwargs["product"]))

    def get_queryset(self) -> QuerySet[Variant]:
        return Variant.objects.filter(product=self.product())

    def list(self, request: Request, **_: Any) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(VariantOutput(page, many=True).data)

    @extend_schema(parameters=[ID])
    def retrieve(self, request: Request, **_: Any) -> Response:
        return self._shown(self.get_object())

    @extend_schema(
        parameters=[IDEMPOTENCY_KEY], request=VariantInput, responses={201: VariantOutput}
    )
    @accepts_idempotency_key
    def create(self, request: Request, **_: Any) -> Response:
        details = given(VariantInput, request)
        variant = catalog.create_variant(
            store=request.store,
            product_id=self.product().pk,
            by=request.user,
            **details,
        )
        response = self._shown(variant, status=201)
        path = {"product": variant.product.public_id, "id": variant.public_id}
        response["Location"] = reverse("variant-detail", kwargs=path)
        return response

    @extend_schema(parameters=[ID, IF_MATCH], request=VariantInput)
    def partial_update(self, request: Request, **_: Any) -> Response:
        variant = self.get_object()
        details = given(VariantInput, request, partial=True)
        changed = catalog.update_variant(
            store=request.store,
            product_id=variant.product_id,
            variant_id=variant.pk,
            by=request.user,
            expected_version=expected_version(request),
            **details,
        )
        return self._shown(changed)

    @extend_schema(parameters=[ID, IF_MATCH], responses={204: None})
    def destroy(self, request: Request, **_: Any) -> Response:
        """Refused with 409 once the product was sold."""
        variant = self.get_object()
        catalog.delete_variant(
            store=request.store,
            product_id=variant.product_id,
            variant_id=variant.pk,
            by=request.user,
            now=timezone.now(),
            expected_version=expected_version(request),
        )
        return Response(status=204)

    def _shown(self, variant: Variant, *, status: int = 200) -> Response:
        response = Response(VariantOutput(variant).data, status=status)
        return tagged(response, request=self.request, version=variant.version)
