"""Which kept answers a fact about the catalogue makes old.

One product's page depends on its own tag, whatever shows several products on the tag of all goods,
and all of them, for the categories they show, on the tag of all categories.
"""

from uuid import UUID

from apps.events.outdating import Fact, outdates, store_tag


def product_tag(product_id: UUID | str) -> str:
    """This function will return the tag of one product with its variants, images and ratings."""
    return f"product:{product_id}"


def goods_tag(store_id: UUID) -> str:
    """This function will return the tag of whatever may show any of a store's products."""
    return f"goods:{store_id}"


def categories_tag(store_id: UUID) -> str:
    """This function will return the tag of whatever shows categories of a store."""
    return f"categories:{store_id}"


@outdates("category")
def of_category(fact: Fact) -> list[str]:
    """This function will name the tree, and with it the products that show where they stand."""
    return [categories_tag(fact.store)]


@outdates("product")
def of_product(fact: Fact) -> list[str]:
    """This function will name the product, and every list that it may be in."""
    return [product_tag(fact.aggregate_id), goods_tag(fact.store)]


@outdates("variant", "image", "review")
def of_part_of_product(fact: Fact) -> list[str]:
    """This function will name the product it belongs to: its prices, stock, pictures, rating."""
    product_id = fact.payload.get("product_id")
    return [product_tag(product_id) if product_id else store_tag(fact.store), goods_tag(fact.store)]
