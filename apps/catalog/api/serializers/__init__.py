from apps.catalog.api.serializers.inputs import (
    CategoryInput,
    ImageChangesInput,
    ImageLinkInput,
    ImageUploadInput,
    ProductInput,
    SuggestQuery,
    VariantInput,
)
from apps.catalog.api.serializers.outputs import (
    CategoryDetailOutput,
    CategoryOutput,
    ImageOutput,
    ProductDetailOutput,
    ProductOutput,
    SuggestionsOutput,
    VariantOutput,
)

__all__ = [
    "CategoryDetailOutput",
    "CategoryInput",
    "CategoryOutput",
    "ImageChangesInput",
    "ImageLinkInput",
    "ImageOutput",
    "ImageUploadInput",
    "ProductDetailOutput",
    "ProductInput",
    "ProductOutput",
    "SuggestQuery",
    "SuggestionsOutput",
    "VariantInput",
    "VariantOutput",
]
