import pytest
from django.db import IntegrityError, transaction

from apps.orders.models import OrderTransition
from apps.orders.tests.factories import CartFactory, CartLineFactory, OrderFactory


def test_factories_build_valid_rows(db):
    order = OrderFactory(state="delivered")
    line = CartLineFactory()
    assert [one.sku for one in order.lines.all()] == [order.lines.get().variant.sku]
    assert order.transitions.count() == 4
    assert line.variant.store == line.cart.store
