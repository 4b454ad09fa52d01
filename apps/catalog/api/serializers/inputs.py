from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator
from rest_framework import serializers

from apps.catalog.models.product import MAX_DESCRIPTION, MAX_OPTIONS
from apps.catalog.slugs import MAX_LENGTH, validate_slug
from apps.catalog.validators import (
    MAX_TAG_LENGTH,
    MAX_TAGS,
    validate_metadata,
    validate_option_names,
)
from apps.core.money import Money
from apps.core.serializers import InputSerializer, MoneyField

_LARGEST = 2**31 - 1


class CategoryInput(InputSerializer):
    name = serializers.CharField(max_length=200)
    slug = serializers.SlugField(
        max_length=MAX_LENGTH,
        required=False,
        validators=[validate_slug],
        help_text="From the name.",
    )
    parent = serializers.SlugField(
        max_length=MAX_LENGTH, required=False, allow_null=True, help_text="A public id or a slug."
    )
    position = serializers.IntegerField(required=False, min_value=0, max_value=_LARGEST)


class ProductInput(InputSerializer):
    # A description tells GTINs and links to pictures; metadata is what other systems call it.
    may_hold_long_numbers = frozenset({"description", "metadata"})

    title = serializers.CharField(max_length=255)
    slug = serializers.SlugField(
        max_length=MAX_LENGTH,
        required=False,
        validators=[validate_slug],
        help_text="From the title.",
    )
    description = serializers.CharField(
        max_length=MAX_DESCRIPTION, required=False, allow_blank=True, help_text="HTML."
    )
    vendor = serializers.CharField(max_length=255, required=False, allow_blank=True)
    product_type = serializers.CharField(max_length=255, required=False, allow_blank=True)
    tags = serializers.ListField(
        child=serializers.CharField(max_length=MAX_TAG_LENGTH), max_length=MAX_TAGS, required=False
    )
    options = serializers.ListField(
        child=serializers.CharField(max_length=50),
        max_length=MAX_OPTIONS,
        required=False,
        validators=[validate_option_names],
        help_text="Names, such as Size and Colour. Each variant has a value for each.",
    )
    categories = serializers.ListField(
        child=serializers.SlugField(max_length=MAX_LENGTH),
        max_length=100,
        required=False,
        help_text="Public ids or slugs.",
    )
    is_featured = serializers.BooleanField(required=False)
    published_at = serializers.DateTimeField(
        required=False, allow_null=True, help_text="From then on the public sees it."
    )
    metadata = serializers.DictField(required=False, validators=[validate_metadata])


class VariantInput(InputSerializer):
    may_hold_long_numbers = frozenset({"sku", "barcode", "metadata"})

    sku = serializers.CharField(max_length=100)
    price = MoneyField()
    compare_at = MoneyField(required=False, allow_null=True)
    option_values = serializers.ListField(
        child=serializers.CharField(max_length=100), max_length=MAX_OPTIONS, required=False
    )
    title = serializers.CharField(max_length=255, required=False, allow_blank=True)
    barcode = serializers.CharField(max_length=50, required=False, allow_blank=True)
    weight_grams = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=_LARGEST
    )
    position = serializers.IntegerField(required=False, min_value=0, max_value=_LARGEST)
    metadata = serializers.DictField(required=False, validators=[validate_metadata])

    def validate_price(self, price: Money) -> Money:
        """This function will refuse to pay people for taking things."""
        if price.amount < 0:
            raise serializers.ValidationError("A price is not negative.", code="min_value")
        return price


class ImageChangesInput(InputSerializer):
    alt = serializers.CharField(max_length=500, required=False, allow_blank=True)
    position = serializers.IntegerField(required=False, min_value=0, max_value=_LARGEST)


class ImageLinkInput(ImageChangesInput):
    """A picture that lies elsewhere."""

    may_hold_long_numbers = frozenset({"source_url"})

    source_url = serializers.URLField(
        max_length=2000, validators=[URLValidator(schemes=["http", "https"])]
    )


class ImageUploadInput(ImageChangesInput):
    """A picture of our own: JPEG, PNG or WebP."""

    file = serializers.FileField()

    def validate_file(self, file: UploadedFile) -> UploadedFile:
        """This function will refuse a file before it is read into memory."""
        if (file.size or 0) > settings.IMAGE_MAX_BYTES:
            raise serializers.ValidationError(
                f"At most {settings.IMAGE_MAX_BYTES} bytes.", code="max_size"
            )
        return file


class SuggestQuery(serializers.Serializer[Any]):
    q = serializers.CharField(
        min_length=2, max_length=100, help_text="The beginning of a name: two letters or more."
    )
