"""Webhooks as they come: signed or not, early, late, twice, and of any size."""

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from rest_framework.test import APIClient
from structlog.testing import capture_logs

from apps.core.money import Money
from apps.events.models import OutboxEvent
from apps.orders import services as orders
from apps.orders.models import Invoice, Order
from apps.payments import services
from apps.payments.gateways import ChargeOutcome
from apps.payments.gateways.simulated_webhooks import sign
from apps.payments.models import Payment, ProviderEvent
from apps.payments.tests.factories import pay_order
from apps.stores.models import Store
from tests.statements import at_most

Change = Callable[[bytes], bytes]
SIMULATED = "/api/v1/payments/webhooks/simulated"
LEDGER = "/api/v1/payments/webhooks/ledger"


def problem_of(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def state_of(order: Order) -> str:
    return Order.objects.get(pk=order.pk).state


@pytest.fixture
def acting(order, ledger) -> Payment:
    """A payment whose payer is at 3-D Secure, and succeeds there."""
    payment = pay_order(order, "action")
    ledger.change(payment.gateway_reference, outcome=ChargeOutcome.CAPTURED)
    return payment


@pytest.fixture
def said(acting):
    """A way for the simulated gateway to say that it took the money, and sign that at some time."""
    Payment.objects.update(gateway="simulated")
    body = json.dumps(
        {
            "id": "sim_evt_1",
            "type": "charge.captured",
            "livemode": False,
            "charge": {
                "reference": acting.gateway_reference,
                "outcome": "captured",
                "amount": {"amount": "34.90", "currency": "EUR"},
                "failure_code": "",
                "metadata": {"payment": str(acting.public_id)},
            },
        }
    ).encode()

    def post(*, age: int = 0, signature: str = "", change: Change = bytes):
        at = int(timezone.now().timestamp()) - age
        return APIClient().post(
            SIMULATED,
            change(body),
            content_type="application/json",
            headers={"Simulated-Signature": signature or sign(body, at=at)},
        )

    return post


def nothing_is_kept(order: Order) -> None:
    assert state_of(order) == "pending"
    assert not ProviderEvent.objects.exists()
    assert Payment.objects.get().state == "requires_action"
    assert not OutboxEvent.objects.filter(name="payment.captured").exists()


# --- what it does ---------------------------------------------------------------------------------


def test_pays_the_order_after_3d_secure(order, acting, tell):
    answer = tell(charge=acting.gateway_reference, id="evt_1")
    assert (answer.status_code, answer.json()) == (200, {"received": True})
    acting.refresh_from_db()
    assert (acting.state, acting.client_secret) == ("captured", "")
    assert state_of(order) == "paid"
    assert Invoice.objects.count() == 1
    event = ProviderEvent.objects.get()
    assert (event.state, event.payment, event.store) == ("applied", acting, order.store)
    fact = OutboxEvent.objects.get(name="payment.captured")
    assert fact.actor == "system"


def test_from_webhook_to_paid_with_three_lines_costs_sixteen_statements(order, acting, tell):
    with at_most(16):
        assert tell(charge=acting.gateway_reference).status_code == 200
    assert state_of(order) == "paid"
    assert order.lines.count() == 3


def test_heard_before_it_costs_one_statement(order, acting, tell):
    tell(charge=acting.gateway_reference, id="evt_1")
    with at_most(1):
        assert tell(charge=acting.gateway_reference, id="evt_1").status_code == 200


def test_the_same_event_again_and_again_takes_effect_once(order, acting, tell):
    for _ in range(5):
        assert tell(charge=acting.gateway_reference, id="evt_1").status_code == 200
    assert ProviderEvent.objects.count() == 1
    assert OutboxEvent.objects.filter(name="order.paid").count() == 1


def test_the_same_news_in_another_event_take_effect_once(order, acting, tell):
    for place in range(3):
        assert tell(charge=acting.gateway_reference, id=f"evt_{place}").status_code == 200
    assert list(ProviderEvent.objects.values_list("state", flat=True)) == ["applied"] * 3
    assert OutboxEvent.objects.filter(name="order.paid").count() == 1


def test_an_event_id_belongs_to_its_gateway(order, acting, tell, said):
    said()
    Payment.objects.update(gateway="ledger")
    tell(charge=acting.gateway_reference, id="sim_evt_1")
    assert sorted(ProviderEvent.objects.values_list("gateway", "event_id")) == [
        ("ledger", "sim_evt_1"),
        ("simulated", "sim_evt_1"),
    ]


def test_a_kind_that_we_have_no_use_for_is_taken_note_of(order, acting, tell):
    assert tell(kind="customer.updated", id="evt_1").status_code == 200
    event = ProviderEvent.objects.get()
    assert (event.state, event.kind, event.content, event.payment) == (
        "ignored",
        "customer.updated",
        {},
        None,
    )
    assert state_of(order) == "pending"


def test_keeps_ids_amounts_and_states_and_nothing_personal(order, acting, tell, ledger):
    ledger.change(
        acting.gateway_reference,
        outcome=ChargeOutcome.REQUIRES_ACTION,
        client_secret="the secret",
        redirect_url="https://bank.example/of/ada",
        metadata={"order": str(order.public_id), "email": "ada@example.com"},
    )
    tell(charge=acting.gateway_reference)
    assert ProviderEvent.objects.get().content == {
        "charge": {
            "reference": acting.gateway_reference,
            "outcome": "requires_action",
            "amount": {"amount": "34.9000", "currency": "EUR"},
            "failure_code": "",
            "metadata": {"order": str(order.public_id)},
            "livemode": False,
        }
    }


def test_a_gateway_knows_only_its_own_payments(order, acting, tell):
    Payment.objects.update(gateway="simulated")
    assert tell(charge=acting.gateway_reference).status_code == 200
    assert ProviderEvent.objects.get().state == "parked"
    assert state_of(order) == "pending"


# --- who is no gateway ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["paypal", "%00", "Simulated", "..", "s" * 300])
def test_an_unknown_gateway_is_404(order, acting, name):
    answer = APIClient().post(
        f"/api/v1/payments/webhooks/{name}", b"{}", content_type="application/json"
    )
    assert answer.status_code == 404
    nothing_is_kept(order)


def test_says_that_the_gateway_is_unknown(order, acting):
    answer = APIClient().post(
        "/api/v1/payments/webhooks/paypal", b"{}", content_type="application/json"
    )
    assert problem_of(answer) == (404, "unknown_gateway")


@pytest.mark.parametrize("signature", ["", "falsely", "truly ", "TRULY"])
def test_an_unsigned_webhook_leaves_a_line_in_the_log_and_nothing_else(
    order, acting, tell, signature
):
    with capture_logs() as lines:
        answer = tell(charge=acting.gateway_reference, signature=signature)
    assert problem_of(answer) == (400, "webhook_refused")
    nothing_is_kept(order)
    assert [
        (line["event"], line["gateway"]) for line in lines if line["event"] == "webhook_refused"
    ] == [("webhook_refused", "ledger")]


def test_one_that_was_signed_in_time_is_heard(order, said):
    assert said(age=290).status_code == 200
    assert state_of(order) == "paid"


@pytest.mark.parametrize("age", [302, 86_400, -320])
def test_one_that_is_stale_or_from_the_future_is_refused(order, said, age):
    answer = said(age=age)
    assert problem_of(answer) == (400, "webhook_refused")
    assert answer.json()["detail"] == "It is too old."
    nothing_is_kept(order)


@pytest.mark.parametrize(
    "signature",
    ["-", "t=,v1=", "t=1,v1=00", "v1=" + "0" * 64, "t=9999999999,v1=" + "0" * 64, "é", "t" * 9000],
)
def test_one_that_is_signed_by_nobody_is_refused(order, said, signature):
    answer = said(signature=signature.encode().decode("latin-1"))
    assert problem_of(answer) == (400, "webhook_refused")
    nothing_is_kept(order)


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body.replace(b"34.90", b"34.91"),
        lambda body: body + b" ",
        lambda body: b"",
        lambda body: body.replace(b"captured", b"CAPTURED"),
    ],
)
def test_one_whose_body_is_not_what_was_signed_is_refused(order, said, change):
    assert problem_of(said(change=change)) == (400, "webhook_refused")
    nothing_is_kept(order)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"id": "\\u0000"}', b"[" * 40 + b"]" * 40]
)
def test_one_that_is_signed_and_makes_no_sense_is_refused(order, acting, body):
    signature = sign(body, at=int(timezone.now().timestamp()))
    answer = APIClient().post(
        SIMULATED,
        body,
        content_type="application/json",
        headers={"Simulated-Signature": signature},
    )
    assert problem_of(answer) == (400, "webhook_refused")
    nothing_is_kept(order)


@pytest.mark.parametrize("url", [SIMULATED, LEDGER])
def test_a_body_that_is_too_large_is_not_even_looked_at(order, acting, url):
    answer = APIClient().post(
        url,
        b"x" * (1024 * 1024 + 1),
        content_type="application/json",
        headers={"Ledger-Signature": "truly"},
    )
    assert problem_of(answer) == (413, "body_too_large")
    nothing_is_kept(order)


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_the_raw_body_is_read_whatever_it_calls_itself(order, acting, content_type):
    answer = APIClient().generic(
        "POST",
        LEDGER,
        json.dumps({"charge": acting.gateway_reference}).encode(),
        content_type=content_type,
        headers={"Ledger-Signature": "truly"},
    )
    assert answer.status_code == 200
    assert state_of(order) == "paid"


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_there_is_no_other_verb(acting, order, method):
    answer = getattr(APIClient(), method)(LEDGER)
    assert problem_of(answer) == (405, "method_not_allowed")
    nothing_is_kept(order)


def test_a_token_that_is_no_good_does_not_keep_a_gateway_out(order, acting, tell):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION="Bearer nonsense")
    answer = client.post(
        LEDGER,
        json.dumps({"charge": acting.gateway_reference}).encode(),
        content_type="application/json",
        headers={"Ledger-Signature": "truly"},
    )
    assert answer.status_code == 200


# --- what goes wrong ------------------------------------------------------------------------------


def test_what_could_not_be_applied_leaves_nothing_behind_and_is_sent_again(
    order, acting, tell, monkeypatch
):
    def fail(**_):
        raise RuntimeError

    client = APIClient(raise_request_exception=False)
    body = json.dumps({"charge": acting.gateway_reference, "id": "evt_1"}).encode()

    def send():
        return client.post(
            LEDGER,
            body,
            content_type="application/json",
            headers={"Ledger-Signature": "truly"},
        )

    with monkeypatch.context() as patch:
        patch.setattr(orders, "issue_invoice", fail)
        assert problem_of(send()) == (500, "internal_error")
    nothing_is_kept(order)
    assert not Invoice.objects.exists()

    assert send().status_code == 200
    assert state_of(order) == "paid"
    assert ProviderEvent.objects.get().state == "applied"


# --- early ----------------------------------------------------------------------------------------


@pytest.fixture
def early(acting, tell) -> ProviderEvent:
    """An event about a charge that our books do not know yet, by any name."""
    Payment.objects.update(gateway_reference="", gateway="another")
    assert tell(charge=acting.gateway_reference, id="evt_early").status_code == 200
    event = ProviderEvent.objects.get()
    assert (event.state, event.payment, event.store, event.attempts) == (
        "parked",
        None,
        acting.store,
        0,
    )
    return event


def apply_parked(event: ProviderEvent) -> int:
    event.refresh_from_db()
    return services.apply_parked_events(now=event.next_attempt_at)


def test_an_early_event_waits_and_takes_effect_when_its_payment_is_known(order, acting, early):
    assert services.apply_parked_events(now=timezone.now()) == 0
    assert apply_parked(early) == 0
    early.refresh_from_db()
    assert (early.state, early.attempts) == ("parked", 1)

    Payment.objects.update(gateway="ledger")
    assert apply_parked(early) == 1
    early.refresh_from_db()
    acting.refresh_from_db()
    assert (early.state, early.payment, early.store) == ("applied", acting, order.store)
    assert (acting.state, state_of(order)) == ("captured", "paid")
    assert services.apply_parked_events(now=timezone.now() + timedelta(days=9)) == 0


def test_an_early_event_is_tried_for_a_day_and_a_half_and_given_up(early):
    pauses = []
    for attempts in range(1, 17):
        before = ProviderEvent.objects.get().next_attempt_at
        assert apply_parked(early) == 0
        early.refresh_from_db()
        assert (early.state, early.attempts) == ("parked", attempts)
        pauses.append((early.next_attempt_at - before).total_seconds() / 60)
    longest = [1, 2, 4, 8, 16, 32, 64, 128, 256, *[360] * 7]
    for pause, most in zip(pauses, longest, strict=True):
        assert most / 2 <= pause <= most
    assert 25 < sum(pauses) / 60 < 51
    assert apply_parked(early) == 0
    early.refresh_from_db()
    assert (early.state, early.attempts, early.next_attempt_at) == ("unmatched", 17, None)
    assert services.apply_parked_events(now=timezone.now() + timedelta(days=9)) == 0


def test_staff_may_have_one_that_was_given_up_tried_again(order, early):
    ProviderEvent.objects.update(state="unmatched", attempts=17, next_attempt_at=None)
    Payment.objects.update(gateway="ledger")
    now = timezone.now()
    assert (
        services.retry_provider_events(
            event_ids=[early.pk], store=Store.objects.default(), by=None, now=now
        )
        == 1
    )
    assert services.apply_parked_events(now=now) == 1
    assert state_of(order) == "paid"
    assert (
        services.retry_provider_events(
            event_ids=[early.pk], store=Store.objects.default(), by=None, now=now
        )
        == 0
    )


def test_one_event_that_cannot_be_applied_keeps_no_other_waiting(
    order, acting, early, tell, monkeypatch
):
    Payment.objects.update(gateway="ledger")
    ProviderEvent.objects.create(
        gateway="ledger",
        event_id="evt_odd",
        kind="charge",
        state="parked",
        next_attempt_at=timezone.now() - timedelta(hours=1),
        content={"charge": {"reference": "odd"}},
    )
    assert services.apply_parked_events(now=timezone.now() + timedelta(minutes=1)) == 1
    assert state_of(order) == "paid"
    odd = ProviderEvent.objects.get(event_id="evt_odd")
    assert (odd.state, odd.attempts) == ("parked", 1)


def test_an_early_event_of_a_payer_who_has_to_act_takes_no_secret_away(order, ledger, tell):
    payment = pay_order(order, "action")
    Payment.objects.update(gateway="another")
    tell(charge=payment.gateway_reference)
    Payment.objects.update(gateway="ledger")
    assert services.apply_parked_events(now=timezone.now() + timedelta(minutes=1)) == 1
    payment.refresh_from_db()
    assert payment.client_secret == f"secret_{payment.gateway_idempotency_key}"


def test_a_zero_is_kept_as_it_is_told(order, acting, ledger, tell):
    made = ledger.refund_by_hand("unknown", Money(Decimal(0), "EUR"))
    assert tell(refund=made.reference).status_code == 200
    assert ProviderEvent.objects.get().content["refund"]["amount"] == {
        "amount": "0",
        "currency": "EUR",
    }
    assert services.apply_parked_events(now=timezone.now() + timedelta(minutes=1)) == 0
