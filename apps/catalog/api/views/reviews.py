from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.scopes import Scope
from apps.catalog import services as catalog
from apps.catalog.api.filters import ProductReviewFilter, ReviewFilter
from apps.catalog.api.permissions import CATALOG_ACCESS
from apps.catalog.api.serializers.reviews import (
    HideReviewInput,
    ProductReviewOutput,
    ReviewChangesInput,
    ReviewInput,
    ReviewOutput,
)
from apps.catalog.api.views.paths import ID, PRODUCT, PUBLIC_ID
from apps.catalog.api.views.products import visible_products
from apps.catalog.errors import UnknownProduct
from apps.catalog.models import Product, Review
from apps.core.access import PERSON, holder_of, owner_or
from apps.core.etags import expected_version, tagged
from apps.core.openapi import IDEMPOTENCY_KEY, IF_MATCH
from apps.core.pagination import NewestFirstPagination
from apps.core.serializers import given
from apps.idempotency.api.replay import accepts_idempotency_key

_ALL = Scope.MODERATE_REVIEWS


def wanted_product(request: Request, reference: str) -> Product:
    """This function will return the product that a body names, if the caller may see it.

    Raises:
        UnknownProduct: there is none that they may see.
    """
    product = visible_products(request).named(reference).first()
    if product is None:
        raise UnknownProduct
    return product


class ReviewViewSet(viewsets.GenericViewSet[Review]):
    """What people think of products: one's own, for moderators all of the store."""

    access = {
        "list": owner_or(_ALL),
        "retrieve": owner_or(_ALL),
        "create": PERSON,
        "partial_update": PERSON,
        "destroy": owner_or(_ALL),
        "hide": holder_of(_ALL),
        "show": holder_of(_ALL),
    }
    queryset = Review.objects.none()
    serializer_class = ReviewOutput
    pagination_class = NewestFirstPagination
    filter_backends = [DjangoFilterBackend]
    filterset_class = ReviewFilter
    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    lookup_value_regex = PUBLIC_ID
    limits = {"create": ("review",)}

    def get_queryset(self) -> QuerySet[Review]:
        """This function will keep what the caller may read, or for edits what is theirs."""
        reviews = Review.objects.for_store(self.request.store).of_products().with_bylines()
        is_all = self.action != "partial_update" and self.request.user.has_scope(_ALL)
        return reviews if is_all else reviews.filter(author=self.request.user)

    def list(self, request: Request) -> Response:
        """Newest first, hidden ones too."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(ReviewOutput(page, many=True).data)

    @extend_schema(parameters=[ID])
    def retrieve(self, request: Request, **_: Any) -> Response:
        return self._shown(self.get_object())

    @extend_schema(parameters=[IDEMPOTENCY_KEY], request=ReviewInput, responses={201: ReviewOutput})
    @accepts_idempotency_key
    def create(self, request: Request) -> Response:
        """Customers review a product once; a second time is 409 `review_exists`. Whether it is a
        `verified_purchase` is found out a moment later."""
        details = given(ReviewInput, request)
        product = wanted_product(request, details.pop("product"))
        review = catalog.create_review(
            store=request.store,
            product_id=product.pk,
            author=request.user,
            by=request.user,
            now=timezone.now(),
            **details,
        )
        response = self._shown(review, status=201)
        response["Location"] = reverse("review-detail", kwargs={"id": review.public_id})
        return response

    @extend_schema(parameters=[ID, IF_MATCH], request=ReviewChangesInput)
    def partial_update(self, request: Request, **_: Any) -> Response:
        """Authors alone change what they say. What is hidden stays hidden."""
        review = self.get_object()
        details = given(ReviewChangesInput, request, partial=True)
        changed = catalog.update_review(
            store=request.store,
            review_id=review.pk,
            author=request.user,
            by=request.user,
            expected_version=expected_version(request),
            **details,
        )
        return self._shown(changed)

    @extend_schema(parameters=[ID, IF_MATCH], responses={204: None})
    def destroy(self, request: Request, **_: Any) -> Response:
        catalog.delete_review(
            store=request.store,
            review_id=self.get_object().pk,
            by=request.user,
            now=timezone.now(),
            expected_version=expected_version(request),
        )
        return Response(status=204)

    @extend_schema(
        parameters=[ID, IDEMPOTENCY_KEY, IF_MATCH], request=HideReviewInput, responses=ReviewOutput
    )
    @action(detail=True, methods=["post"])
    @accepts_idempotency_key
    def hide(self, request: Request, **_: Any) -> Response:
        """The public reads it no more, it does not count, and its author reads the reason."""
        review = catalog.hide_review(
            store=request.store,
            review_id=self.get_object().pk,
            by=request.user,
            expected_version=expected_version(request),
            **given(HideReviewInput, request),
        )
        return self._shown(review)

    @extend_schema(parameters=[ID, IDEMPOTENCY_KEY, IF_MATCH], request=None, responses=ReviewOutput)
    @action(detail=True, methods=["post"])
    @accepts_idempotency_key
    def show(self, request: Request, **_: Any) -> Response:
        """A hidden one is public again, and counts again."""
        review = catalog.show_review(
            store=request.store,
            review_id=self.get_object().pk,
            by=request.user,
            expected_version=expected_version(request),
        )
        return self._shown(review)

    def _shown(self, review: Review, *, status: int = 200) -> Response:
        response = Response(ReviewOutput(review).data, status=status)
        return tagged(response, request=self.request, version=review.version)


@extend_schema(parameters=[PRODUCT])
class ProductReviewViewSet(viewsets.GenericViewSet[Review]):
    """What everybody may read of a product's reviews."""

    access = {"list": CATALOG_ACCESS["list"]}
    queryset = Review.objects.none()
    serializer_class = ProductReviewOutput
    filter_backends = [DjangoFilterBackend]
    filterset_class = ProductReviewFilter

    def get_queryset(self) -> QuerySet[Review]:
        products = visible_products(self.request).named(self.kwargs["product"])
        product = get_object_or_404(products.only("pk"))
        return Review.objects.filter(product=product).published().with_bylines()

    def list(self, request: Request, **_: Any) -> Response:
        """Newest first, unless `ordering` says otherwise. Hidden ones are left out."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(ProductReviewOutput(page, many=True).data)
