from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog import services as catalog
from apps.catalog.api.permissions import CATALOG_ACCESS
from apps.catalog.api.serializers import (
    ImageChangesInput,
    ImageLinkInput,
    ImageOutput,
    ImageUploadInput,
)
from apps.catalog.api.views.paths import ID, PRODUCT, PUBLIC_ID
from apps.catalog.api.views.products import visible_products
from apps.catalog.models import Product, ProductImage
from apps.core.etags import expected_version, tagged
from apps.core.openapi import IDEMPOTENCY_KEY, IF_MATCH
from apps.core.parsers import BodyTooLarge, StrictJSONParser
from apps.core.serializers import given
from apps.idempotency.api.replay import accepts_idempotency_key


class PictureParser(MultiPartParser):
    """A form with one picture: a larger body is refused before it is read."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        length = int(parser_context["request"].META.get("CONTENT_LENGTH") or 0)
        if length > settings.IMAGE_MAX_BYTES + settings.API_MAX_BODY_BYTES:
            raise BodyTooLarge
        return super().parse(stream, media_type, parser_context)


@extend_schema(parameters=[PRODUCT])
class ImageViewSet(viewsets.GenericViewSet[ProductImage]):
    """The pictures of one product; the first is its main image."""

    queryset = ProductImage.objects.none()
    access = CATALOG_ACCESS
    parser_classes = [StrictJSONParser, PictureParser]
    serializer_class = ImageOutput
    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    lookup_value_regex = PUBLIC_ID

    def product(self) -> Product:
        """This function will return the product that the address names."""
        return get_object_or_404(visible_products(self.request).named(self.kwargs["product"]))

    def get_queryset(self) -> QuerySet[ProductImage]:
        return ProductImage.objects.filter(product=self.product())

    def list(self, request: Request, **_: Any) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(parameters=[ID])
    def retrieve(self, request: Request, **_: Any) -> Response:
        return self._shown(self.get_object())

    @extend_schema(
        parameters=[IDEMPOTENCY_KEY],
        request={"application/json": ImageLinkInput, "multipart/form-data": ImageUploadInput},
        responses={201: ImageOutput},
    )
    @accepts_idempotency_key
    def create(self, request: Request, **_: Any) -> Response:
        """A file as a form, or the address of a picture elsewhere as JSON."""
        product = self.product()
        image = self._add(request, {"store": request.store, "product_id": product.pk})
        response = self._shown(image, status=201)
        path = {"product": product.public_id, "id": image.public_id}
        response["Location"] = reverse("image-detail", kwargs=path)
        return response

    @extend_schema(parameters=[ID, IF_MATCH], request={"application/json": ImageChangesInput})
    def partial_update(self, request: Request, **_: Any) -> Response:
        image = self.get_object()
        details = given(ImageChangesInput, request, partial=True)
        changed = catalog.update_image(
            store=request.store,
            product_id=image.product_id,
            image_id=image.pk,
            by=request.user,
            expected_version=expected_version(request),
            **details,
        )
        return self._shown(changed)

    @extend_schema(parameters=[ID, IF_MATCH], responses={204: None})
    def destroy(self, request: Request, **_: Any) -> Response:
        image = self.get_object()
        catalog.delete_image(
            store=request.store,
            product_id=image.product_id,
            image_id=image.pk,
            by=request.user,
            now=timezone.now(),
            expected_version=expected_version(request),
        )
        return Response(status=204)

    def _add(self, request: Request, place: dict[str, Any]) -> ProductImage:
        if not request.content_type.startswith("multipart/"):
            return catalog.add_image(by=request.user, **place, **given(ImageLinkInput, request))
        upload = given(ImageUploadInput, request)
        file = upload.pop("file")
        file.seek(0)  # the second attempt after a deadlock reads it again
        return catalog.add_image_from_bytes(by=request.user, content=file.read(), **place, **upload)

    def _shown(self, image: ProductImage, *, status: int = 200) -> Response:
        response = Response(self.get_serializer(image).data, status=status)
        return tagged(response, request=self.request, version=image.version)
