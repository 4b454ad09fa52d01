import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from apps.accounts.tests.factories import UserFactory
from apps.orders.models import Order
from apps.orders.tests.factories import CartFactory, CartLineFactory, OrderFactory, OrderLineFactory
from tests.statements import at_most

ORDERS = reverse("admin:orders_order_changelist")
CARTS = reverse("admin:orders_cart_changelist")


@pytest.fixture
def operator(client, store):
    person = UserFactory(store=store, is_staff=True, is_superuser=True)
    client.force_login(person)
    client.get(ORDERS)
    return person


def run(client, action: str, *orders: Order, **said):
    chosen = [order.pk for order in orders]
    return client.post(ORDERS, {"action": action, "_selected_action": chosen, **said})


def report(answer) -> list[tuple[str, str]]:
    return [(one.named, one.refusal) for one in answer.context["outcomes"]]


def said(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_the_list_shows_orders_of_this_store(client, operator, store):
    mine, foreign = OrderFactory(customer__store=store), OrderFactory()
    page = client.get(ORDERS).content.decode()
    assert mine.number in page
    assert "14.90 EUR" in page
    assert foreign.number not in page


def test_the_list_takes_few_statements_however_long_it_is(client, operator, store):
    OrderFactory.create_batch(20, customer__store=store)
    with at_most(8):
        assert client.get(ORDERS).status_code == 200


@pytest.mark.parametrize("query", ["number", "email"])
def test_an_order_is_found(client, operator, store, query):
    order, other = OrderFactory.create_batch(2, customer__store=store)
    text = {"number": order.number, "email": order.customer.email}[query]
    page = client.get(ORDERS, {"q": text}).content.decode()
    assert order.number in page
    assert other.number not in page


def test_orders_and_carts_are_found_by_the_id_that_events_name(client, operator, store):
    order, other = OrderFactory.create_batch(2, store=store)
    page = client.get(ORDERS, {"q": str(order.public_id)}).content.decode()
    assert order.number in page
    assert other.number not in page
    assert client.get(CARTS, {"q": str(order.public_id)}).status_code == 200


def test_an_order_is_shown_with_its_lines_and_timeline(client, operator, store):
    order = OrderFactory(customer__store=store, state="shipped", staff_note="Handle with care")
    OrderLineFactory(order=order, position=1, title="A second thing")
    url = reverse("admin:orders_order_change", args=[order.pk])
    with at_most(16):
        page = client.get(url).content.decode()
    for text in ("A second thing", "Handle with care", "shipped", "14.90 EUR", "London"):
        assert text in page
    assert 'name="state"' not in page
    assert 'name="total_amount"' not in page


def test_the_address_is_written_line_by_line_and_escaped(client, operator, store):
    address = {"full_name": "Ada <script>", "street": "", "city": "London"}
    order = OrderFactory(customer__store=store, shipping_address=address)
    page = client.get(reverse("admin:orders_order_change", args=[order.pk])).content.decode()
    assert "Ada &lt;script&gt;<br>London" in page


def test_nothing_is_edited_by_hand(client, operator, store):
    order = OrderFactory(customer__store=store)
    url = reverse("admin:orders_order_change", args=[order.pk])
    assert client.post(url, {"state": "paid"}).status_code == 403
    assert client.get(reverse("admin:orders_order_add")).status_code == 403
    assert client.post(reverse("admin:orders_order_delete", args=[order.pk])).status_code == 403
    order.refresh_from_db()
    assert order.state == "pending"


def test_orders_of_another_store_are_not_there(client, operator):
    foreign = OrderFactory()
    assert client.get(reverse("admin:orders_order_change", args=[foreign.pk])).status_code == 302
    run(client, "cancel", foreign)
    foreign.refresh_from_db()
    assert foreign.state == "pending"


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        ("cancel", "pending", "canceled"),
        ("ship_rest", "paid", "shipped"),
        ("mark_delivered", "shipped", "delivered"),
    ],
)
def test_actions_call_the_services_in_the_name_of_staff(
    client, operator, store, action, before, after
):
    order = OrderFactory(customer__store=store, state=before)
    answer = run(client, action, order, reason="No longer made")
    order.refresh_from_db()
    assert order.state == after
    step = order.transitions.last()
    assert step.actor == f"user:{operator.public_id}"
    assert step.reason == ("No longer made" if action == "cancel" else "")
    assert report(answer) == [(order.number, "")]


def test_an_order_that_refuses_keeps_nobody_back(client, operator, store):
    ready = OrderFactory(customer__store=store, state="paid")
    early = OrderFactory(customer__store=store, state="pending")
    answer = run(client, "ship_rest", ready, early)
    ready.refresh_from_db()
    early.refresh_from_db()
    assert (ready.state, early.state) == ("shipped", "pending")
    assert sorted(report(answer)) == sorted(
        [(early.number, "The order is pending."), (ready.number, "")]
    )
    page = answer.content.decode()
    assert "1 done, 1 refused." in page
    assert reverse("admin:orders_order_change", args=[early.pk]) in page


def test_many_orders_are_canceled_for_a_reason(client, operator, store):
    paid, gone = [OrderFactory(customer__store=store, state=one) for one in ("pending", "shipped")]
    asked = run(client, "cancel", paid, gone)
    assert asked.status_code == 200
    assert f'name="_selected_action" value="{paid.pk}"' in asked.content.decode()
    for nonsense in ("", "two\nlines", "a\x00b", "x" * 201):
        assert run(client, "cancel", paid, reason=nonsense).status_code == 200
    paid.refresh_from_db()
    assert paid.state == "pending"
    answer = run(client, "cancel", paid, gone, reason="The supplier is gone")
    assert sorted(report(answer)) == sorted(
        [(paid.number, ""), (gone.number, "The order is shipped.")]
    )
    paid.refresh_from_db()
    gone.refresh_from_db()
    assert (paid.state, gone.state) == ("canceled", "shipped")


def test_nothing_is_done_to_more_orders_than_a_page_holds(client, operator, store):
    orders = OrderFactory.create_batch(51, customer__store=store, state="paid", history=False)
    for action in ("ship_rest", "cancel"):
        answer = run(client, action, *orders, reason="by mistake")
        assert said(answer)[-1] == "At most 50 at once. Nothing was done."
    assert set(Order.objects.values_list("state", flat=True)) == {"paid"}


def test_who_may_only_look_may_not_act(client, store):
    looker = UserFactory(store=store, is_staff=True, roles=["read_only"])
    client.force_login(looker)
    order = OrderFactory(customer__store=store)
    assert client.get(ORDERS).status_code == 200
    run(client, "cancel", order)
    order.refresh_from_db()
    assert order.state == "pending"


def test_carts_are_shown_and_not_edited(client, operator, store):
    cart = CartFactory(owner__store=store)
    line = CartLineFactory(cart=cart)
    CartFactory.create_batch(10, owner__store=store)
    with at_most(8):
        assert cart.owner.email in client.get(CARTS).content.decode()
    url = reverse("admin:orders_cart_change", args=[cart.pk])
    assert line.variant.sku in client.get(url).content.decode()
    assert client.post(url, {"state": "ordered"}).status_code == 403


def test_a_cart_is_found_by_its_owner(client, operator, store):
    cart, other = CartFactory.create_batch(2, owner__store=store)
    page = client.get(CARTS, {"q": cart.owner.email}).content.decode()
    assert cart.owner.email in page
    assert other.owner.email not in page
