from typing import Any

from rest_framework import serializers

from apps.core.pagination import MAX_PAGE_SIZE, PAGE_SIZE


class RecommendationsQuery(serializers.Serializer[Any]):
    page_size = serializers.IntegerField(
        min_value=1, max_value=MAX_PAGE_SIZE, default=PAGE_SIZE, help_text="How many at most."
    )
