from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog import services as catalog
from apps.catalog.api.filters import CategoryFilter
from apps.catalog.api.permissions import CATALOG_ACCESS
from apps.catalog.api.serializers import CategoryDetailOutput, CategoryInput, CategoryOutput
from apps.catalog.api.views.cached import of_categories
from apps.catalog.api.views.paths import ID_OR_SLUG, REFERENCE
from apps.catalog.models import Category
from apps.catalog.queries import path_to
from apps.core.access import ANYONE
from apps.core.cached_answers import cached_answer
from apps.core.etags import expected_version, tagged
from apps.core.openapi import IDEMPOTENCY_KEY, IF_MATCH
from apps.core.serializers import given
from apps.idempotency.api.replay import accepts_idempotency_key


class CategoryViewSet(viewsets.GenericViewSet[Category]):
    """The tree of categories."""

    queryset = Category.objects.none()
    access = CATALOG_ACCESS | {"list": ANYONE, "retrieve": ANYONE}
    serializer_class = CategoryOutput
    filter_backends = [DjangoFilterBackend]
    filterset_class = CategoryFilter
    lookup_url_kwarg = "id"
    lookup_value_regex = REFERENCE

    def get_queryset(self) -> QuerySet[Category]:
        return Category.objects.for_store(self.request.store).select_related("parent")

    def get_object(self) -> Category:
        return get_object_or_404(self.get_queryset().named(self.kwargs["id"]))

    @cached_answer("categories", basis=of_categories)
    def list(self, request: Request) -> Response:
        """Every category, those at the top of the page first; `parent` and `top` narrow it."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(CategoryOutput(page, many=True).data)

    @extend_schema(parameters=[ID_OR_SLUG], responses=CategoryDetailOutput)
    @cached_answer("category", basis=of_categories)
    def retrieve(self, request: Request, **_: Any) -> Response:
        return self._shown(self.get_object())

    @extend_schema(
        parameters=[IDEMPOTENCY_KEY], request=CategoryInput, responses={201: CategoryDetailOutput}
    )
    @accepts_idempotency_key
    def create(self, request: Request) -> Response:
        details = given(CategoryInput, request)
        category = catalog.create_category(store=request.store, by=request.user, **details)
        return self._shown(category, status=201)

    @extend_schema(
        parameters=[ID_OR_SLUG, IF_MATCH], request=CategoryInput, responses=CategoryDetailOutput
    )
    def partial_update(self, request: Request, **_: Any) -> Response:
        category = self.get_object()
        details = given(CategoryInput, request, partial=True)
        changed = catalog.update_category(
            store=request.store,
            category_id=category.pk,
            by=request.user,
            expected_version=expected_version(request),
            **details,
        )
        return self._shown(changed)

    @extend_schema(parameters=[ID_OR_SLUG, IF_MATCH], responses={204: None})
    def destroy(self, request: Request, **_: Any) -> Response:
        """Refused with 409 while products or sub-categories are in it."""
        catalog.delete_category(
            store=request.store,
            category_id=self.get_object().pk,
            by=request.user,
            now=timezone.now(),
            expected_version=expected_version(request),
        )
        return Response(status=204)

    def _shown(self, category: Category, *, status: int = 200) -> Response:
        category.ancestors = path_to(category=category)
        body = CategoryDetailOutput(category).data
        response = Response(body, status=status)
        if status == 201:
            response["Location"] = reverse("category-detail", kwargs={"id": category.public_id})
        return tagged(response, request=self.request, version=category.version)
