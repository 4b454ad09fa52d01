from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog import services as catalog
from apps.catalog.api.serializers import ProductOutput
from apps.catalog.api.serializers.reviews import WishInput
from apps.catalog.api.views.paths import PRODUCT
from apps.catalog.api.views.products import visible_products
from apps.catalog.api.views.reviews import wanted_product
from apps.catalog.models import Product, WishlistItem
from apps.catalog.queries import with_main_image, with_offers
from apps.core.access import PERSON
from apps.core.openapi import IDEMPOTENCY_KEY
from apps.core.serializers import given
from apps.idempotency.api.replay import accepts_idempotency_key


class WishlistViewSet(viewsets.GenericViewSet[Product]):
    """What a person would like to have. Products that are not public any more are out of sight,
    and come back when they are."""

    access = {"list": PERSON, "create": PERSON, "clear": PERSON, "destroy": PERSON}
    queryset = Product.objects.none()
    serializer_class = ProductOutput

    def get_queryset(self) -> QuerySet[Product]:
        wished = visible_products(self.request).filter(wishes__owner=self.request.user)
        return with_offers(wished).order_by("-wishes__pk")

    def list(self, request: Request) -> Response:
        """Each as in the list of products; what was wished for last comes first."""
        products = with_main_image(self.get_queryset()).prefetch_related("categories")
        page = self.paginate_queryset(products)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        parameters=[IDEMPOTENCY_KEY],
        request=WishInput,
        responses={200: ProductOutput, 201: ProductOutput},
    )
    @accepts_idempotency_key
    def create(self, request: Request) -> Response:
        """201 if the product was put on the list now, 200 if it was there. It holds 500 products;
        above that 409 `wishlist_full`."""
        product = wanted_product(request, given(WishInput, request)["product"])
        is_new = catalog.add_to_wishlist(
            store=request.store, owner=request.user, product=product, by=request.user
        )
        products = with_main_image(self.get_queryset()).prefetch_related("categories")
        shown = get_object_or_404(products, pk=product.pk)
        return Response(self.get_serializer(shown).data, status=201 if is_new else 200)

    @extend_schema(parameters=[PRODUCT], responses={204: None})
    def destroy(self, request: Request, product: str) -> Response:
        """Take one product off the list. It need not be there."""
        named = Product.objects.for_store(request.store).named(product)
        wishes = WishlistItem.objects.for_store(request.store).filter(product__in=named)
        removed = catalog.remove_from_wishlist(owner=request.user, wishes=wishes, by=request.user)
        if not removed:
            get_object_or_404(visible_products(request).named(product).only("pk"))
        return Response(status=204)

    @extend_schema(operation_id="wishlist_clear", responses={204: None})
    def clear(self, request: Request, **_: Any) -> Response:
        """Take everything off the list."""
        wishes = WishlistItem.objects.for_store(request.store)
        catalog.remove_from_wishlist(owner=request.user, wishes=wishes, by=request.user)
        return Response(status=204)
