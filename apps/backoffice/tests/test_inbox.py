"""The exception inbox: each kind is shown, settled by its button, and on record."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.tests.factories import UserFactory
from apps.backoffice import services
from apps.backoffice.tests.factories import DeliveryFactory, OutboxEventFactory
from apps.events.actors import actor_reference
from apps.events.models import Delivery, OutboxEvent
from apps.interchange.import_lock import import_lock
from apps.interchange.models import ExportJob, ImportBatch
from apps.interchange.tests.factories import ExportJobFactory
from apps.inventory.models import Reservation
from apps.inventory.tests.factories import ReservationFactory, StockItemFactory
from apps.orders import services as orders
from apps.orders.desk_errors import FlagChanged
from apps.orders.models import Order
from apps.orders.tests.factories import OrderFactory
from apps.payments import services as payments
from apps.payments.errors import NothingToSettle
from apps.payments.models import Payment, ProviderEvent, Refund
from apps.payments.tests.factories import PaymentFactory, RefundFactory, pay_order, place_order
from apps.stores.tests.factories import StoreFactory, StoreHostFactory
from tests.statements import at_most

pytestmark = pytest.mark.django_db

INBOX = "/admin/inbox/"


def browser_of(store, role="admin"):
    browser = Client()
    browser.clerk = UserFactory(store=store, is_staff=True, roles=[role])
    browser.force_login(browser.clerk)
    return browser


@pytest.fixture
def browser(store):
    return browser_of(store)


def ago(**span):
    return timezone.now() - timedelta(**span)


def unfillable(store):
    payment = pay_order(place_order(customer=UserFactory(store=store)))
    Payment.objects.filter(pk=payment.pk).update(unfillable_at=ago(hours=1))
    return payment


def held(store):
    order = place_order(customer=UserFactory(store=store))
    payment = PaymentFactory(
        order=order, gateway="ledger", state="processing", gateway_reference="", check_at=None
    )
    Payment.objects.filter(pk=payment.pk).update(held_reason="amount: 1.00 EUR, not 34.90 EUR")
    return payment


def stuck(store):
    order = place_order(customer=UserFactory(store=store))
    return PaymentFactory(
        order=order, gateway="ledger", state="created", gateway_reference="", check_at=ago(hours=1)
    )


def silent(store):
    payment = stuck(store)
    Payment.objects.filter(pk=payment.pk).update(attempts=5, check_at=ago(hours=-1))
    return payment


def stuck_refund(store):
    payment = pay_order(place_order(customer=UserFactory(store=store)))
    return RefundFactory(
        payment=payment, state="requested", gateway_reference="", check_at=ago(hours=1)
    )


def silent_refund(store):
    refund = stuck_refund(store)
    Refund.objects.filter(pk=refund.pk).update(attempts=5, check_at=ago(hours=-1))
    return refund


def failed_refund(store):
    payment = pay_order(place_order(customer=UserFactory(store=store)))
    return RefundFactory(payment=payment, state="failed", failure_code="bank_is_closed")


def parked(here, **whose):
    return ProviderEvent.objects.create(
        gateway="ledger",
        event_id="evt-1",
        kind="charge.lost",
        state="parked",
        attempts=5,
        next_attempt_at=timezone.now(),
        **whose,
    )


def parked_here(store):
    return parked(store, store=store)


def held_for_nothing(store):
    return OrderFactory(customer__store=store, state="paid", attention="payment_held")


def flagged(store):
    return OrderFactory(customer__store=store, state="paid", attention="refund_failed")


def dead(store):
    return DeliveryFactory(event=OutboxEventFactory(store=store.public_id), state="dead")


def lagging(store):
    return DeliveryFactory(
        event=OutboxEventFactory(store=store.public_id), next_attempt_at=ago(hours=1)
    )


def not_swept(store):
    item = StockItemFactory(variant__product__store=store)
    return ReservationFactory(stock_item=item, expires_at=ago(hours=1))


def stopped_import(store):
    return ImportBatch.objects.create(
        store=store, kind="products", state="stopped", file_name="a.csv", actor="system"
    )


def interrupted_import(store):
    batch = stopped_import(store)
    ImportBatch.objects.filter(pk=batch.pk).update(state="running")
    return batch


def failed_export(store):
    return ExportJobFactory(
        store=store, state="failed", failure="No room.", finished_at=timezone.now()
    )


# kind, how it comes about, its button, what the button leaves on record, and how the row is then
CASES = [
    ("paid-without-stock", unfillable, "give-back", "refund.requested", {"refunded_amount": 34.90}),
    ("held-payment", held, "send-back", "payment.sent_back", {"state": "canceled"}),
    ("stuck-payment", stuck, "ask", "payment.asked_about", {}),
    ("stuck-payment", silent, "ask", "payment.asked_about", {"attempts": 0}),
    ("stuck-refund", stuck_refund, "ask", "refund.asked_about", {"state": "succeeded"}),
    ("stuck-refund", silent_refund, "ask", "refund.asked_about", {"state": "succeeded"}),
    ("failed-refund", failed_refund, "refund-again", "refund.settled", {"state": "failed"}),
    ("failed-refund", failed_refund, "settle", "refund.settled", {"state": "failed"}),
    ("provider-event", parked, "try-again", "provider_event.revived", {"attempts": 0}),
    ("provider-event", parked_here, "ignore", "provider_event.ignored", {"state": "ignored"}),
    ("held-order", held_for_nothing, "clear", "order.flag_cleared", {"attention": ""}),
    ("flagged-order", flagged, "clear", "order.flag_cleared", {"attention": ""}),
    ("dead-delivery", dead, "deliver-again", "delivery.revived", {"state": "pending"}),
    ("not-swept", not_swept, "sweep", "reservations.swept", {"state": "released"}),
    ("halted-import", stopped_import, "abandon", "data.import_abandoned", {"state": "abandoned"}),
    ("halted-import", interrupted_import, "abandon", "data.import_abandoned", {}),
]


def address(kind, row, fix):
    return reverse("admin:inbox_settle", args=[kind, row.pk, fix])


def press(browser, kind, row, fix):
    """This function will click as the inbox offers it, and return where that leads."""
    (shown,) = [one for one in of_kind(browser.get(INBOX), kind) if one.entry.key == row.pk]
    return browser.post(address(kind, row, fix), {"told": shown.entry.told}, follow=True)


def of_kind(page, kind):
    return [one for found, shown in page.context["groups"] if found.name == kind for one in shown]


@pytest.mark.parametrize(("kind", "make", "fix", "fact", "after"), CASES)
def test_what_is_wrong_is_shown_settled_by_one_click_and_on_record(
    store, browser, ledger, kind, make, fix, fact, after
):
    row = make(store)
    place = address(kind, row, fix)

    page = browser.get(INBOX)
    (shown,) = of_kind(page, kind)
    assert shown.entry.key == row.pk
    said = {"told": shown.entry.told}
    assert f'action="{place}"' in page.content.decode()
    OutboxEvent.objects.filter(actor=actor_reference(browser.clerk)).delete()

    page = browser.post(place, said, follow=True)

    assert of_kind(page, kind) == []
    assert "nothing wrong" not in page.content.decode()
    told = OutboxEvent.objects.filter(name=fact)
    assert [event.actor for event in told] == [actor_reference(browser.clerk)]
    row.refresh_from_db()
    assert {name: type(is_)(getattr(row, name)) for name, is_ in after.items()} == after

    again = browser.post(place, said, follow=True)
    assert "There is nothing wrong with this any more" in again.content.decode()
    assert told.count() == 1


def test_a_failed_export_is_made_again_or_removed(store, browser):
    first, second = failed_export(store), failed_export(store)
    again = address("failed-export", first, "export-again")

    press(browser, "failed-export", first, "export-again")
    press(browser, "failed-export", second, "remove")

    assert [job.state for job in ExportJob.objects.all()] == ["queued"]
    assert browser.post(again).status_code == 404
    assert ExportJob.objects.count() == 1
    assert of_kind(browser.get(INBOX), "failed-export") == []


def test_the_relay_is_woken_and_what_lags_stays_until_it_is_delivered(store, browser, monkeypatch):
    sent = []
    service = import_module("apps.events.services.resume_deliveries")
    monkeypatch.setattr(service, "start_task", lambda *, name: sent.append(name))
    row = lagging(store)

    page = press(browser, "pipeline-lag", row, "resume")

    assert sent == ["events.relay_events"]
    assert OutboxEvent.objects.get(name="deliveries.resumed").actor == actor_reference(
        browser.clerk
    )
    (lag,) = of_kind(page, "pipeline-lag")
    assert lag.link == "/admin/events/delivery/?state__exact=pending"
    Delivery.objects.filter(pk=row.pk).update(state="done", done_at=timezone.now())
    assert of_kind(browser.get(INBOX), "pipeline-lag") == []


def test_more_than_two_hundred_reservations_that_run_out_are_a_storm(store, browser):
    one = ReservationFactory(
        stock_item=StockItemFactory(variant__product__store=store, on_hand=500)
    )
    Reservation.objects.all().update(expires_at=timezone.now() + timedelta(minutes=1))
    one.refresh_from_db()

    def more(count):
        Reservation.objects.bulk_create(
            ReservationFactory.build(
                stock_item=one.stock_item, store=store, expires_at=one.expires_at
            )
            for _ in range(count)
        )

    more(199)
    assert of_kind(browser.get(INBOX), "expiring-storm") == []
    more(1)
    (storm,) = of_kind(browser.get(INBOX), "expiring-storm")
    assert storm.fixes == []


def test_an_import_that_still_runs_is_not_in_the_inbox(store, browser):
    batch = interrupted_import(store)
    with import_lock(store):
        assert of_kind(browser.get(INBOX), "halted-import") == []
        assert browser.post(address("halted-import", batch, "abandon")).status_code == 302
    batch.refresh_from_db()
    assert batch.state == "running"


def test_a_refusal_of_the_gateway_is_told_and_the_entry_stays(store, browser, ledger):
    payment = stuck(store)
    ledger.silent_before = True
    Payment.objects.filter(pk=payment.pk).update(check_at=ago(hours=1))

    page = press(browser, "stuck-payment", payment, "ask")

    assert "payment gateway does not answer" in page.content.decode()
    payment.refresh_from_db()
    assert (payment.state, payment.attempts) == ("created", 1)
    assert payment.check_at > timezone.now()  # it is asked again by itself


def test_a_gateway_that_was_silent_a_few_times_is_asked_again_without_us(store, browser, ledger):
    payment, refund = silent(store), silent_refund(store)
    Payment.objects.filter(pk=payment.pk).update(attempts=4)
    Refund.objects.filter(pk=refund.pk).update(attempts=4)

    page = browser.get(INBOX)

    assert of_kind(page, "stuck-payment") == of_kind(page, "stuck-refund") == []


def test_a_refund_that_nobody_answers_for_stays_and_is_asked_about_again(store, browser, ledger):
    refund = stuck_refund(store)
    ledger.silent_before = True

    page = press(browser, "stuck-refund", refund, "ask")

    assert "payment gateway does not answer" in page.content.decode()
    refund.refresh_from_db()
    assert (refund.state, refund.attempts) == ("requested", 1)
    assert refund.check_at > timezone.now()


def test_a_refund_is_tried_again_once_whoever_asks(store, browser, ledger):
    refund = failed_refund(store)
    other = UserFactory(store=store, is_staff=True, roles=["admin"])
    payments.retry_refund(store=store, refund_id=refund.public_id, by=other)

    with pytest.raises(NothingToSettle):
        payments.retry_refund(store=store, refund_id=refund.public_id, by=browser.clerk)

    assert Refund.objects.count() == 2


def test_a_button_is_for_its_scope_and_a_forged_press_is_refused(store, ledger):
    order, delivery = flagged(store), dead(store)
    reader = browser_of(store, "read_only")

    page = reader.get(INBOX)

    assert page.status_code == 200
    assert [one.fixes for one in of_kind(page, "flagged-order")] == [[]]
    assert "inbox/flagged-order" not in page.content.decode()
    for kind, row, fix in [
        ("flagged-order", order, "clear"),
        ("dead-delivery", delivery, "deliver-again"),
    ]:
        assert reader.post(address(kind, row, fix)).status_code == 403
    packer = browser_of(store, "warehouse")
    assert packer.post(address("dead-delivery", delivery, "deliver-again")).status_code == 403
    assert of_kind(packer.get(INBOX), "dead-delivery") == []
    order.refresh_from_db(), delivery.refresh_from_db()
    assert (order.attention, delivery.state) == ("refund_failed", "dead")


def test_what_belongs_to_another_shop_is_neither_shown_nor_settled(store, browser, ledger):
    other = StoreFactory()
    StoreHostFactory(store=other, host="other.example")
    rows = [flagged(other), dead(other), not_swept(other), stopped_import(other)]
    kinds = ["flagged-order", "dead-delivery", "not-swept", "halted-import"]
    fixes = ["clear", "deliver-again", "sweep", "abandon"]

    assert browser.get(INBOX).context["groups"] == []
    for kind, row, fix in zip(kinds, rows, fixes, strict=True):
        assert browser.post(address(kind, row, fix)).status_code == 404
    assert Order.objects.get().attention == "refund_failed"
    assert Reservation.objects.get().state == "active"
    theirs = browser_of(other).get(INBOX, headers={"host": "other.example"})
    assert [kind.name for kind, _ in theirs.context["groups"]] == [
        "halted-import", "flagged-order", "not-swept", "dead-delivery",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "place",
    ["flagged-order/1/wipe", "nonsense/1/clear", "flagged-order/99999999999999999999/clear"],
)
def test_an_address_that_makes_no_sense_is_not_found(browser, place):
    assert browser.post(f"{INBOX}{place}/").status_code == 404
    assert browser.get(f"{INBOX}{place}/").status_code in {404, 405}


def test_strangers_and_shoppers_are_led_to_the_log_in(store, client):
    assert client.get(INBOX).status_code == 302
    assert client.post(f"{INBOX}flagged-order/1/clear/").status_code == 302


def test_the_inbox_costs_few_statements_and_the_badge_one(store, browser, ledger):
    for make in {make for _, make, *_ in CASES} - {parked, parked_here}:
        make(store)
    browser.get(INBOX)

    with at_most(6):
        page = browser.get(INBOX)

    assert len(page.context["groups"]) >= 9
    item = page.context["sidebar_navigation"][0]["items"][0]
    assert (item["title"], item["badge"]) == ("Exception inbox", "9+")
    with at_most(1):
        services.find_exceptions(
            store=store, kinds=services.exception_kinds(), now=timezone.now(), most=10
        )


def test_the_badge_says_how_many_and_nothing_when_all_is_well(store, browser):
    def badge():
        return browser.get(INBOX).context["sidebar_navigation"][0]["items"][0].get("badge")

    assert badge() is None
    flagged(store), flagged(store)
    assert badge() == "2"


def test_money_that_came_too_late_is_told_of_when_it_does_not_go_back(store, browser, ledger):
    with transaction.atomic():
        payment = PaymentFactory(order=OrderFactory(customer__store=store, state="canceled"))
        payment.mark_unfillable(now=timezone.now())
    assert of_kind(browser.get(INBOX), "paid-without-stock") == []
    Payment.objects.update(unfillable_at=ago(minutes=16))
    (one,) = of_kind(browser.get(INBOX), "paid-without-stock")
    assert one.entry.about == payment.order.number


def test_a_click_on_what_has_become_something_else_does_nothing(browser, store):
    order = OrderFactory(customer__store=store, state="paid", attention="refund_failed")
    page = browser.get(INBOX).content.decode()
    assert 'value="It was flagged: refund failed."' in page
    Order.objects.filter(pk=order.pk).update(attention="refund_came_back")
    clear = address("flagged-order", order, "clear")
    answer = browser.post(clear, {"told": "It was flagged: refund failed."}, follow=True)
    assert "Something else is wrong with this by now" in answer.content.decode()
    assert Order.objects.get().attention == "refund_came_back"
    browser.post(clear, {"told": "It was flagged: refund came back."})
    assert Order.objects.get().attention == ""


@pytest.mark.parametrize("said", [{}, {"told": ""}])
def test_a_click_that_does_not_say_what_was_shown_does_nothing(browser, store, said):
    order = flagged(store)
    answer = browser.post(address("flagged-order", order, "clear"), said, follow=True)
    assert "The page has not said what was wrong" in answer.content.decode()
    order.refresh_from_db()
    assert order.attention == "refund_failed"


@pytest.mark.parametrize("role", ["admin", "finance"])
def test_a_webhook_of_no_shop_is_passed_over_by_operators_alone(store, role):
    event = parked(store)
    clerk, operator = browser_of(store, role), Client()
    operator.force_login(UserFactory(store=store, is_staff=True, is_superuser=True))
    answer = press(clerk, "provider-event", event, "ignore")
    assert "an operator decides about it" in answer.content.decode()
    event.refresh_from_db()
    assert event.state == "parked"
    assert not OutboxEvent.objects.filter(name="provider_event.ignored").exists()
    press(operator, "provider-event", event, "ignore")
    event.refresh_from_db()
    assert event.state == "ignored"


def test_an_order_flagged_anew_a_moment_before_stays_flagged(store, browser):
    order = OrderFactory(customer__store=store, state="paid", attention="refund_came_back")
    with pytest.raises(FlagChanged):
        orders.clear_flag(
            store=store,
            order_id=order.public_id,
            by=browser.clerk,
            expected_reason="refund_failed",
        )
    assert Order.objects.get().attention == "refund_came_back"


def test_a_webhook_of_another_shop_is_neither_passed_over_nor_tried_again(store, browser):
    event = ProviderEvent.objects.create(
        gateway="ledger", event_id="evt_other", kind="charge.updated", state="unmatched",
        store=StoreFactory(),
    )  # fmt: skip
    with pytest.raises(NothingToSettle):
        payments.settle_provider_event(store=store, event_id=event.public_id, by=browser.clerk)
    tried = payments.retry_provider_events(
        event_ids=[event.pk], store=store, by=browser.clerk, now=timezone.now()
    )
    event.refresh_from_db()
    assert (tried, event.state) == (0, "unmatched")
