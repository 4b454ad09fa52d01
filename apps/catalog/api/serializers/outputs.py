from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.catalog.models import Category, Product, ProductImage, Variant
from apps.catalog.ratings import average_of
from apps.core.money import Money
from apps.core.serializers import MoneyField


class CategoryReferenceOutput(serializers.ModelSerializer[Category]):
    id = serializers.UUIDField(source="public_id")

    class Meta:
        model = Category
        fields = ["id", "slug", "name"]
        read_only_fields = fields


class CategoryOutput(CategoryReferenceOutput):
    parent = CategoryReferenceOutput(allow_null=True)

    class Meta:
        model = Category
        fields = ["id", "slug", "name", "parent", "position", "created_at", "updated_at"]
        read_only_fields = fields


class CategoryDetailOutput(CategoryOutput):
    ancestors = CategoryReferenceOutput(many=True, help_text="From the top of the tree.")
    children = CategoryReferenceOutput(many=True)

    class Meta:
        model = Category
        fields = [*CategoryOutput.Meta.fields, "ancestors", "children"]
        read_only_fields = fields


class ImageOutput(serializers.ModelSerializer[ProductImage]):
    id = serializers.UUIDField(source="public_id")
    url = serializers.SerializerMethodField()
    thumbnail_url = serializers.SerializerMethodField()

    class Meta:
        model = ProductImage
        fields = [
            "id",
            "url",
            "thumbnail_url",
            "alt",
            "width",
            "height",
            "position",
            "created_at",
            "updated_at",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.URLField())
    def get_url(self, image: ProductImage) -> str:
        return self._address(image.file) or image.source_url

    @extend_schema_field(serializers.URLField())
    def get_thumbnail_url(self, image: ProductImage) -> str:
        return self._address(image.thumbnail) or image.source_url

    def _address(self, file: Any) -> str:
        return self.context["request"].build_absolute_uri(file.url) if file else ""


class VariantOutput(serializers.ModelSerializer[Variant]):
    id = serializers.UUIDField(source="public_id")
    price = MoneyField()
    compare_at = MoneyField(allow_null=True)
    option_values = serializers.ListField(child=serializers.CharField())
    metadata = serializers.DictField()

    class Meta:
        model = Variant
        fields = [
            "id",
            "sku",
            "title",
            "option_values",
            "price",
            "compare_at",
            "barcode",
            "weight_grams",
            "position",
            "in_stock",
            "metadata",
            "created_at",
            "updated_at",
        ]
        read_only_fields = fields


class ProductRatingOutput(serializers.Serializer[Any]):
    average = serializers.CharField(
        allow_null=True, help_text="Stars, such as 4.5; null without reviews."
    )
    count = serializers.IntegerField()


class ProductOutput(serializers.ModelSerializer[Product]):
    # Made for rows from `queries.with_offers` and `queries.with_main_image`.
    id = serializers.UUIDField(source="public_id")
    tags = serializers.ListField(child=serializers.CharField())
    price_from = serializers.SerializerMethodField(help_text="The lowest price of its variants.")
    price_to = serializers.SerializerMethodField(help_text="The highest price of its variants.")
    compare_at = serializers.SerializerMethodField(help_text="What the lowest is compared with.")
    in_stock = serializers.BooleanField()
    rating = serializers.SerializerMethodField(help_text="What its published reviews say.")
    image = serializers.SerializerMethodField()
    categories = CategoryReferenceOutput(many=True)

    class Meta:
        model = Product
        fields = [
            "id",
            "slug",
            "title",
            "vendor",
            "product_type",
            "tags",
            "is_featured",
            "published_at",
            "price_from",
            "price_to",
            "compare_at",
            "in_stock",
            "rating",
            "image",
            "categories",
            "created_at",
            "updated_at",
        ]
        read_only_fields = fields

    @extend_schema_field(MoneyField(allow_null=True))
    def get_price_from(self, product: Any) -> Any:
        return _money(product.price_from, product)

    @extend_schema_field(MoneyField(allow_null=True))
    def get_price_to(self, product: Any) -> Any:
        return _money(product.price_to, product)

    @extend_schema_field(MoneyField(allow_null=True))
    def get_compare_at(self, product: Any) -> Any:
        return _money(product.price_before, product)

    @extend_schema_field(ProductRatingOutput)
    def get_rating(self, product: Any) -> Any:
        average = average_of(points=product.rating_sum, count=product.rating_count)
        return {"average": average, "count": product.rating_count}

    @extend_schema_field(ImageOutput(allow_null=True))
    def get_image(self, product: Any) -> Any:
        images = product.main_images
        return ImageOutput(images[0], context=self.context).data if images else None


class ProductDetailOutput(ProductOutput):
    options = serializers.ListField(child=serializers.CharField())
    variants = VariantOutput(many=True)
    images = ImageOutput(many=True)
    metadata = serializers.DictField()

    class Meta:
        model = Product
        fields = [
            *ProductOutput.Meta.fields,
            "description",
            "options",
            "variants",
            "images",
            "metadata",
        ]
        read_only_fields = fields

    @extend_schema_field(ImageOutput(allow_null=True))
    def get_image(self, product: Any) -> Any:
        images = product.images.all()
        return ImageOutput(images[0], context=self.context).data if images else None


class ProductReferenceOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="product.public_id")
    slug = serializers.CharField(source="product.slug")
    title = serializers.CharField()


class SuggestionsOutput(serializers.Serializer[Any]):
    products = ProductReferenceOutput(many=True)
    categories = CategoryReferenceOutput(many=True)


def _money(amount: Decimal | None, product: Any) -> dict[str, str] | None:
    return None if amount is None else Money(amount, product.price_currency).as_json()
