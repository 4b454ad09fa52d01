"""The forms of a product's page: the product, its variants, its pictures."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.http import HttpRequest
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminTextInputWidget,
    UnfoldAdminURLInputWidget,
)

from apps.catalog import services as catalog
from apps.catalog.admin.slugs import SluggedForm, SlugInput
from apps.catalog.models import Product, ProductImage
from apps.catalog.models.product import MAX_OPTIONS
from apps.catalog.validators import MAX_TAG_LENGTH, MAX_TAGS
from apps.core.service_admin import DetailsForm


class ProductForm(SluggedForm):
    slug = SlugInput(help_text="Empty: from the title.")
    tags = SimpleArrayField(
        forms.CharField(max_length=MAX_TAG_LENGTH),
        max_length=MAX_TAGS,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="Separated by commas.",
    )
    options = SimpleArrayField(
        forms.CharField(max_length=50),
        max_length=MAX_OPTIONS,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="Such as Size, Colour. Each variant has a value for each, in this order.",
    )

    class Meta:
        model = Product
        fields = [
            "title",
            "slug",
            "description",
            "vendor",
            "product_type",
            "tags",
            "options",
            "categories",
            "is_featured",
            "published_at",
            "metadata",
        ]

    def details(self) -> dict[str, Any]:
        """This function will name the categories as the services do."""
        details = super().details()
        if "categories" in details:
            details["categories"] = [str(one.public_id) for one in details["categories"]]
        return details


class ImageRowForm(DetailsForm):
    """A picture: a file or an address for a new one; of an old one only what is said of it."""

    upload = forms.FileField(required=False, widget=UnfoldAdminFileFieldWidget)
    source_url = forms.URLField(
        max_length=2000,
        required=False,
        assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"])],
        widget=UnfoldAdminURLInputWidget,
    )

    class Meta:
        model = ProductImage
        fields = ["alt", "position"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_inputs()
        if self.instance.pk:
            self.initial["source_url"] = self.instance.source_url
            self.fields["upload"].disabled = self.fields["source_url"].disabled = True

    def clean_upload(self) -> Any:
        """This function will refuse a file that is too large before it is read into memory."""
        upload = self.cleaned_data["upload"]
        if upload and upload.size > settings.IMAGE_MAX_BYTES:
            raise ValidationError(f"At most {settings.IMAGE_MAX_BYTES} bytes.")
        return upload

    def clean(self) -> dict[str, Any]:
        """This function will ask for a file or an address, and not for both."""
        cleaned = super().clean() or {}
        given = bool(cleaned.get("upload")) + bool(cleaned.get("source_url"))
        if not self.instance.pk and given != 1:
            raise ValidationError("Choose a file, or give an address.")
        return cleaned

    def write(self, request: HttpRequest, product: Product) -> ProductImage:
        """This function will save a row of the product's page."""
        details = self.details()
        row = {
            "store": request.store,  # type: ignore[attr-defined]
            "product_id": product.pk,
            "by": request.user,
        }
        if self.instance.pk:
            return catalog.update_image(image_id=self.instance.pk, **row, **details)
        if "upload" not in details:
            return catalog.add_image(**row, **details)
        content = details.pop("upload").read()
        return catalog.add_image_from_bytes(content=content, **row, **details)
