from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django_filters.rest_framework import DjangoFilterBackend
from django_filters.utils import translate_validation
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog import services as catalog
from apps.catalog.api.filters import ProductFilter
from apps.catalog.api.pagination import ProductPagination
from apps.catalog.api.permissions import CATALOG_ACCESS
from apps.catalog.api.serializers import (
    ProductDetailOutput,
    ProductInput,
    ProductOutput,
    SuggestionsOutput,
    SuggestQuery,
)
from apps.catalog.api.views.cached import of_goods, of_one_product, public_only, sees_everything
from apps.catalog.api.views.paths import ID_OR_SLUG, REFERENCE
from apps.catalog.facets import facets_of
from apps.catalog.models import Product, ProductListing
from apps.catalog.queries import shown_products, to_be_shown, with_offers
from apps.catalog.suggestions import suggestions_for
from apps.core.access import ANYONE
from apps.core.cached_answers import cached_answer
from apps.core.etags import expected_version, tagged
from apps.core.openapi import IDEMPOTENCY_KEY, IF_MATCH
from apps.core.serializers import given
from apps.idempotency.api.replay import accepts_idempotency_key


def visible_products(request: Request) -> QuerySet[Product]:
    """This function will return the products of the store that somebody may see."""
    products = Product.objects.for_store(request.store)
    return products if sees_everything(request) else products.published()


def visible_listings(request: Request) -> QuerySet[ProductListing]:
    """This function will return the listings of the products that somebody may see."""
    listings = ProductListing.objects.for_store(request.store)
    return listings if sees_everything(request) else listings.published()


class ProductViewSet(viewsets.GenericViewSet[Product]):
    """What the store sells. Staff also see what is not published."""

    queryset = Product.objects.none()
    access = CATALOG_ACCESS | {
        "featured": CATALOG_ACCESS["list"],
        "suggest": ANYONE,
    }
    serializer_class = ProductOutput
    filter_backends = [DjangoFilterBackend]
    filterset_class = ProductFilter
    pagination_class = ProductPagination
    paginator: ProductPagination
    lookup_url_kwarg = "id"
    lookup_value_regex = REFERENCE

    def get_queryset(self) -> QuerySet[Product]:
        return with_offers(visible_products(self.request))

    def get_object(self) -> Product:
        return get_object_or_404(self.get_queryset().named(self.kwargs["id"]))

    @cached_answer("products", basis=of_goods, reader=public_only, unless=("search",))
    def list(self, request: Request) -> Response:
        """Newest first, or best match first when searching.

        Besides the filters below, `option.<name>=<value>` asks for a variant with that value,
        as in `option.Size=M`. Price, stock and options are asked of one and the same variant.
        """
        found = ProductFilter(request.query_params, visible_listings(request), request=request)
        listings = self._filtered(found)
        return self._page(listings)

    def _filtered(self, found: ProductFilter) -> QuerySet[ProductListing]:
        if not found.is_valid():
            raise translate_validation(found.errors)
        listings = found.qs
        if found.asked_facets:
            self.paginator.facets, listings.known_count = facets_of(
                found.among,
                chosen=found.chosen,
                names=found.asked_facets,
                currency=self.request.store.currency,
                is_search=bool(found.form.cleaned_data["search"]),
            )
        self.paginator.did_you_mean = found.heading.corrected
        return listings

    @extend_schema(filters=False, responses=ProductOutput(many=True))
    @action(detail=False)
    @cached_answer("products", basis=of_goods, reader=public_only)
    def featured(self, request: Request) -> Response:
        """What the store wants seen first, newest first."""
        featured = visible_listings(request).filter(is_featured=True)
        return self._page(featured.order_by("-created_at", "-pk"))

    @extend_schema(
        filters=False,
        parameters=[SuggestQuery],
        responses=SuggestionsOutput,
    )
    @action(detail=False, pagination_class=None)
    @cached_answer("suggestions", basis=of_goods, reader=public_only)
    def suggest(self, request: Request) -> Response:
        """A few products and categories whose names begin like that, the best first.

        Products that are almost called like that when none begins so.
        """
        query = SuggestQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        found = suggestions_for(store=request.store, text=query.validated_data["q"])
        return Response(SuggestionsOutput(found).data)

    @extend_schema(parameters=[ID_OR_SLUG], responses=ProductDetailOutput)
    @cached_answer("product", basis=of_one_product, reader=public_only)
    def retrieve(self, request: Request, **_: Any) -> Response:
        return self._shown(self.get_queryset().named(self.kwargs["id"]))

    @extend_schema(
        parameters=[IDEMPOTENCY_KEY], request=ProductInput, responses={201: ProductDetailOutput}
    )
    @accepts_idempotency_key
    def create(self, request: Request) -> Response:
        details = given(ProductInput, request)
        product = catalog.create_product(store=request.store, by=request.user, **details)
        response = self._shown(self.get_queryset().filter(pk=product.pk), status=201)
        response["Location"] = reverse("product-detail", kwargs={"id": product.public_id})
        return response

    @extend_schema(
        parameters=[ID_OR_SLUG, IF_MATCH], request=ProductInput, responses=ProductDetailOutput
    )
    def partial_update(self, request: Request, **_: Any) -> Response:
        product = self.get_object()
        details = given(ProductInput, request, partial=True)
        catalog.update_product(
            store=request.store,
            product_id=product.pk,
            by=request.user,
            expected_version=expected_version(request),
            **details,
        )
        return self._shown(self.get_queryset().filter(pk=product.pk))

    @extend_schema(parameters=[ID_OR_SLUG, IF_MATCH], responses={204: None})
    def destroy(self, request: Request, **_: Any) -> Response:
        """Refused with 409 once it was sold; unpublish it instead."""
        catalog.delete_product(
            store=request.store,
            product_id=self.get_object().pk,
            by=request.user,
            now=timezone.now(),
            expected_version=expected_version(request),
        )
        return Response(status=204)

    def _page(self, listings: QuerySet[ProductListing]) -> Response:
        page = self.paginate_queryset(to_be_shown(listings))
        products = shown_products(page or [])
        return self.get_paginated_response(self.get_serializer(products, many=True).data)

    def _shown(self, products: QuerySet[Product], *, status: int = 200) -> Response:
        product = get_object_or_404(products.prefetch_related("categories", "variants", "images"))
        body = ProductDetailOutput(product, context=self.get_serializer_context()).data
        response = Response(body, status=status)
        return tagged(response, request=self.request, version=product.version)
