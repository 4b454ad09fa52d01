"""Run by test_python_client.py: log in and buy, with nothing but the generated client."""

import sys
import uuid

from client import AuthenticatedClient
from client.api.auth import auth_register_create, auth_token_create
from client.api.orders import orders_create, orders_pay, orders_retrieve
from client.api.products import products_list
from client.models import (
    OrderItemRequest,
    PayOrderRequest,
    PlaceOrderRequest,
    RegisterRequest,
    ShippingAddressRequest,
    TokenRequest,
)

url, sku = sys.argv[1:]
anonymous = AuthenticatedClient(base_url=url, token="", prefix="", raise_on_unexpected_status=True)

products_list.sync(client=anonymous, in_stock=True)
email, password = f"{uuid.uuid4()}@example.com", "a long enough secret"
person = RegisterRequest(email=email, password=password, full_name="Ada")
auth_register_create.sync(client=anonymous, body=person)
tokens = auth_token_create.sync(
    client=anonymous, body=TokenRequest(username=email, password=password)
)

shopper = AuthenticatedClient(base_url=url, token=tokens.access, raise_on_unexpected_status=True)
order = orders_create.sync(
    client=shopper,
    idempotency_key=str(uuid.uuid4()),
    body=PlaceOrderRequest(
        lines=[OrderItemRequest(sku=sku, quantity=2)],
        shipping_address=ShippingAddressRequest(
            full_name="Ada Lovelace",
            street="12 St James's Square",
            postal_code="SW1Y 4JH",
            city="London",
            country="GB",
        ),
    ),
)
payment = orders_pay.sync(
    str(order.id),
    client=shopper,
    idempotency_key=str(uuid.uuid4()),
    body=PayOrderRequest(gateway="simulated", payment_method="success"),
)
paid = orders_retrieve.sync(str(order.id), client=shopper)
print(payment.state, paid.state)
