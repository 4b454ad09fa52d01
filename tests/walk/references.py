"""What the names in paths, queries and bodies stand for. A name that is not here fails the walk."""

from tests.walk.operations import Operation

# Parameters of paths: by the segment before them, by their own name, or for one operation alone.
_BY_SEGMENT = {
    "addresses": "address",
    "categories": "category",
    "customers": "customer",
    "exports": "export",
    "images": "image",
    "orders": "order",
    "products": "product",
    "reviews": "review",
    "variants": "variant",
}
_BY_NAME = {
    "line_id": "cart_line",
    "number": "invoice",
    "payment_id": "payment",
    "product": "product",
    "refund_id": "refund",
    "shipment_id": "shipment",
    "sku": "sku",
}
_BY_OPERATION = {
    ("GET /orders/{id}/invoice", "id"): "settled_order",
    ("GET /orders/{id}/payments", "id"): "settled_order",
    ("GET /orders/{id}/shipments", "id"): "shipped_order",
    ("POST /orders/{id}/shipments", "id"): "settled_order",
    ("POST /orders/{id}/shipments/{shipment_id}/deliver", "id"): "shipped_order",
}
# They name no row: the gateways are those of the installation.
GLOBAL = {"gateway": "simulated"}

IN_QUERIES = {
    "aggregate_id": "order",
    "category": "category",
    "customer": "customer",
    "email": "email",
    "order": "settled_order",
    "parent": "category",
    "product": "product",
    "reference": "order",
    "sku": "sku",
    "warehouse": "warehouse",
}
PLAIN_IN_QUERIES = frozenset(
    """
    as created_after created_before cursor facets in_stock is_active issued_after issued_before
    kind layout limit low name ordering page page_size placed_after placed_before price_max
    price_min published q rating rating_min request_id search since state tag top vendor
    verified
    """.split()  # noqa: SIM905 - a list of words reads better as text
)

# What a route asks for in its query, for it to answer anything.
NEEDED_QUERIES = {"GET /products/suggest": "?q=pro"}

IN_BODIES = {
    "address_id": "address",
    "cart_id": "cart",
    "categories": "category",
    "line_id": "order_line",
    "product": "product",
    "parent": "category",
    "sku": "sku",
    "variant_id": "variant",
    "warehouse": "warehouse",
}
PLAIN_IN_BODIES = frozenset(
    """
    alt amount as barcode body carrier city client_id client_secret company compare_at country
    currency customer_note description email expected_on_hand expected_total file full_name
    gateway grant_type is_active is_default is_featured kind layout lines metadata name note
    option_values options otp password payment_method phone position postal_code
    present_password price product_type published published_at quantity rating reason refresh
    region scope shipping_address show_name since slug source_url staff_note states street
    street_extra tags title token tracking_number tracking_url unit_price username vendor
    weight_grams
    """.split()  # noqa: SIM905 - a list of words reads better as text
)


# Names that a request gives to what it makes.
MADE_UP = {
    ("POST /products/{product}/variants", "sku"),
    ("PATCH /products/{product}/variants/{id}", "sku"),
}


def kind_of(operation: Operation, parameter: str) -> str:
    """This function will tell what a parameter of a path names.

    Raises:
        LookupError: nobody has said so; write it above, and make one in `world.things_of`.
    """
    before = operation.path.partition(f"{{{parameter}}}")[0]
    segment = before.rstrip("/").rpartition("/")[2]
    known = _BY_OPERATION.get((str(operation), parameter)) or _BY_NAME.get(parameter)
    known = known or _BY_SEGMENT.get(segment)
    if known is None:
        raise LookupError(f"what does {{{parameter}}} of {operation} name?")
    return known
