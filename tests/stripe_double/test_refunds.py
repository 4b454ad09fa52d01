"""Giving money back: in parts, never too much, and not always at once."""

import pytest
import stripe


def kinds(double):
    return [event["type"] for event in double.events()]


def test_gives_all_of_it_back(double, client, pay):
    intent = pay(metadata={"order": "7"})
    refund = client.v1.refunds.create(
        {"payment_intent": intent.id, "reason": "requested_by_customer", "metadata": {"r": "1"}}
    )
    assert (refund.status, refund.amount, refund.currency) == ("succeeded", 1999, "eur")
    assert (refund.payment_intent, refund.charge) == (intent.id, intent.latest_charge)
    assert (refund.reason, refund.metadata.to_dict()) == ("requested_by_customer", {"r": "1"})
    assert kinds(double)[-2:] == ["refund.created", "charge.refunded"]
    charge = client.v1.charges.retrieve(intent.latest_charge, {"expand": ["refunds"]})
    assert (charge.refunded, charge.amount_refunded) == (True, 1999)
    assert [one.id for one in charge.refunds.data] == [refund.id]
    assert double.refunded_total(order="7") == 1999
    assert client.v1.refunds.retrieve(refund.id) == refund


def test_gives_back_in_parts_but_never_more_than_was_captured(double, client, pay):
    intent = pay()
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 1500})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"charge": intent.latest_charge, "amount": 500})
    assert "(5.00 EUR) is greater than unrefunded amount on charge (4.99 EUR)" in str(refused.value)
    assert (refused.value.param, refused.value.code) == ("amount", None)
    assert client.v1.refunds.create({"payment_intent": intent.id}).amount == 499
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 1})
    assert refused.value.code == "charge_already_refunded"
    assert double.refunded_total() == 1999
    assert len(client.v1.refunds.list({"payment_intent": intent.id}).data) == 2


def test_gives_nothing_back_of_what_was_never_captured(client, pay):
    intent = pay(capture_method="manual")
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        client.v1.refunds.create({"payment_intent": intent.id})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": "pi_nobody"})
    assert (refused.value.http_status, refused.value.code) == (400, "resource_missing")
    with pytest.raises(stripe.InvalidRequestError, match="payment_intent or charge"):
        client.v1.refunds.create({"amount": 1})


def test_gives_back_no_more_than_the_captured_part(client, pay):
    intent = pay(capture_method="manual")
    client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 1500})
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 1501})
    assert client.v1.refunds.create({"payment_intent": intent.id}).amount == 1500


def test_lets_a_refund_take_its_time(double, client, pay):
    intent = pay("pm_card_pendingRefund")
    refund = client.v1.refunds.create({"payment_intent": intent.id})
    assert (refund.status, refund.pending_reason) == ("pending", "processing")
    double.settle_refund(refund.id)
    assert client.v1.refunds.retrieve(refund.id).status == "succeeded"
    assert kinds(double)[-2:] == ["refund.updated", "charge.refund.updated"]
    event = double.event("refund.updated")
    assert event["data"]["previous_attributes"] == {"status": "pending"}


def test_lets_a_refund_fail_after_it_seemed_to_have_succeeded(double, client, pay):
    intent = pay("pm_card_refundFail")
    refund = client.v1.refunds.create({"payment_intent": intent.id})
    assert refund.status == "succeeded"
    double.settle_refund(refund.id, failure="expired_or_canceled_card")
    refund = client.v1.refunds.retrieve(refund.id)
    assert (refund.status, refund.failure_reason) == ("failed", "expired_or_canceled_card")
    assert "refund.failed" in kinds(double)
    assert double.refunded_total() == 0
    assert client.v1.refunds.create({"payment_intent": intent.id}).amount == 1999


def test_lets_refunds_fail_at_once_if_told_to(double, client, pay):
    intent = pay()
    double.answer_refunds_with("failed")
    refund = client.v1.refunds.create({"payment_intent": intent.id})
    assert (refund.status, refund.failure_reason) == ("failed", "declined")
    assert kinds(double)[-2:] == ["refund.created", "refund.failed"]
    assert double.refunded_total() == 0
