"""What can go wrong with the catalogue, and is expected to."""

from apps.core.errors import Conflict, Invalid, NotFound


class NotInCatalog(NotFound):
    """The category, product, variant, image or review is not there (any more), or not in this
    store."""


class SlugTaken(Conflict):
    code = "slug_taken"
    title = "Another one has this slug"


class SkuTaken(Conflict):
    code = "sku_taken"
    title = "Another variant has this SKU"


class OptionsTaken(Conflict):
    code = "options_taken"
    title = "Another variant of the product has these options"


class OptionsInUse(Conflict):
    code = "options_in_use"
    title = "The product's variants have another number of options"


class ProductHasSales(Conflict):
    code = "product_has_sales"
    title = "What was sold is kept; unpublish the product instead"


class ProductUnavailable(Conflict):
    """A product was deleted while somebody was buying it."""

    code = "product_unavailable"
    title = "A product is not for sale any more"


class ProductIsFull(Conflict):
    code = "product_is_full"
    title = "The product has as many variants or images as it may have"


class CategoryNotEmpty(Conflict):
    code = "category_not_empty"
    title = "The category has products or sub-categories"


class CategoryCycle(Conflict):
    code = "category_cycle"
    title = "A category cannot stand below itself"


class ReviewExists(Conflict):
    """A person has one opinion of a product; it can be changed."""

    code = "review_exists"
    title = "You have reviewed this product already"


class ReviewerIsStaff(Conflict):
    """Who works for a shop does not praise its goods in the name of its customers."""

    code = "reviewer_is_staff"
    title = "Reviews are for customers of the store"


class ReviewStateConflict(Conflict):
    code = "review_state_conflict"
    title = "The review is hidden, or shown, already"


class WishlistFull(Conflict):
    code = "wishlist_full"
    title = "The wishlist holds as many products as it may"


class UnknownCategory(Invalid):
    code = "unknown_category"
    title = "There is no such category in this store"


class UnknownProduct(Invalid):
    code = "unknown_product"
    title = "There is no such product in this store"


class WrongOptionCount(Invalid):
    code = "wrong_option_count"
    title = "A variant has one value for each option of its product"


class CurrencyMismatch(Invalid):
    code = "currency_mismatch"
    title = "Prices are in the store's currency"


class PriceTooPrecise(Invalid):
    code = "price_too_precise"
    title = "A price has no more decimals than its currency"


class InvalidDetails(Invalid):
    """`errors` says which fields cannot be, and why."""

    code = "invalid_details"
    title = "Some fields cannot be as given"


class ImageRefused(Invalid):
    code = "image_refused"
    title = "Not a picture we can show"
