from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.catalog.models import Product, Review
from apps.catalog.models.review import MAX_BODY, MAX_REASON, MAX_TITLE
from apps.catalog.ratings import points_of
from apps.catalog.slugs import MAX_LENGTH
from apps.catalog.validators import PlainTextValidator
from apps.core.serializers import InputSerializer


@extend_schema_field(
    {"type": "string", "format": "decimal", "pattern": r"^([0-4]\.[05]|5\.0)$", "example": "4.5"}
)
class RatingField(serializers.DecimalField):
    """Stars from 0.0 to 5.0, in halves."""

    default_error_messages = {"no_rating": "A rating is from 0.0 to 5.0, in halves."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=2, decimal_places=1, **kwargs)

    def to_internal_value(self, data: Any) -> Decimal:
        stars: Decimal = super().to_internal_value(data)
        try:
            points_of(stars)
        except ValueError:
            self.fail("no_rating")
        return stars


class PlainTextField(serializers.CharField):
    """Several lines, all of which end alike."""

    default_validators = [PlainTextValidator()]

    def to_internal_value(self, data: Any) -> str:
        return super().to_internal_value(data).replace("\r\n", "\n").replace("\r", "\n")


class ReviewChangesInput(InputSerializer):
    rating = RatingField()
    title = serializers.CharField(
        max_length=MAX_TITLE,
        required=False,
        allow_blank=True,
        validators=[PlainTextValidator(lines=1)],
    )
    body = PlainTextField(
        max_length=MAX_BODY,
        required=False,
        allow_blank=True,
        help_text="Plain text: markup is shown as it is typed.",
    )
    show_name = serializers.BooleanField(
        required=False, help_text="Tell the public your first name and an initial."
    )


class ReviewInput(ReviewChangesInput):
    product = serializers.SlugField(max_length=MAX_LENGTH, help_text="A public id or a slug.")


class HideReviewInput(InputSerializer):
    reason = serializers.CharField(
        max_length=MAX_REASON,
        validators=[PlainTextValidator(lines=1)],
        help_text="The author reads it.",
    )


class WishInput(InputSerializer):
    product = serializers.SlugField(max_length=MAX_LENGTH, help_text="A public id or a slug.")


class ReviewedProductOutput(serializers.ModelSerializer[Product]):
    id = serializers.UUIDField(source="public_id")

    class Meta:
        model = Product
        fields = ["id", "slug", "title"]
        read_only_fields = fields


class ProductReviewOutput(serializers.ModelSerializer[Review]):
    """What everybody may read. Made for rows from `with_bylines`."""

    id = serializers.UUIDField(source="public_id")
    rating = RatingField()
    author = serializers.CharField(source="byline", help_text="As in Ada L., or Customer.")
    verified_purchase = serializers.BooleanField(source="is_verified")

    class Meta:
        model = Review
        fields = [
            "id",
            "rating",
            "title",
            "body",
            "author",
            "verified_purchase",
            "created_at",
            "updated_at",
        ]
        read_only_fields = fields


class ReviewOutput(ProductReviewOutput):
    """What its author and moderators read."""

    product = ReviewedProductOutput()
    customer_id = serializers.UUIDField(source="author.public_id")

    class Meta:
        model = Review
        fields = [
            *ProductReviewOutput.Meta.fields,
            "product",
            "customer_id",
            "show_name",
            "state",
            "hidden_reason",
        ]
        read_only_fields = fields
