"""What of money staff have to look at."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from apps.accounts.scopes import Scope
from apps.core.inbox_kinds import Fix, Kind
from apps.orders import services as orders
from apps.orders.attention import Attention
from apps.orders.models import Order
from apps.payments import services
from apps.payments.errors import NotSettled
from apps.payments.models import Payment, ProviderEvent, Refund
from apps.payments.transitions import HOLDS_MONEY

# What settles itself has done so by then.
_BY_ITSELF = timedelta(minutes=15)
# After some attempts it is more than a webhook that was faster than we.
_MANY_ATTEMPTS = 3
# A gateway that was silent so often in a row is asked again by itself; some minutes have passed.
_MANY_SILENCES = 5
_STILL_NEWS = timedelta(days=14)


def _held(rows: QuerySet[Payment], now: datetime) -> QuerySet[Payment]:
    return rows.exclude(held_reason="").order_by("pk")


def _unfillable(rows: QuerySet[Payment], now: datetime) -> QuerySet[Payment]:
    return rows.filter(
        unfillable_at__lte=now - _BY_ITSELF,
        state__in=HOLDS_MONEY,
        refunded_amount__lt=F("amount"),
    ).order_by("pk")


def _stuck(rows: QuerySet[Payment], now: datetime) -> QuerySet[Payment]:
    return rows.filter(_nobody_answers(now)).order_by("check_at")


def _without_answer(rows: QuerySet[Refund], now: datetime) -> QuerySet[Refund]:
    return rows.filter(_nobody_answers(now)).order_by("check_at")


def _nobody_answers(now: datetime) -> Q:
    late = Q(check_at__lte=now - _BY_ITSELF)
    return late | Q(check_at__isnull=False, attempts__gte=_MANY_SILENCES)


def _failed(rows: QuerySet[Refund], now: datetime) -> QuerySet[Refund]:
    later = Refund.objects.filter(payment=OuterRef("payment"), pk__gt=OuterRef("pk"))
    return rows.filter(
        ~Exists(later.exclude(state=Refund.State.FAILED)),
        state=Refund.State.FAILED,
        settled_at=None,
        payment__refunded_amount__lt=F("payment__amount"),
    ).order_by("pk")


def _provider_events(store: Any) -> QuerySet[ProviderEvent]:
    """What belongs to no payment belongs to no store: every shop's staff may look for it."""
    return ProviderEvent.objects.filter(Q(store=store) | Q(store=None))


def _without_effect(rows: QuerySet[ProviderEvent], now: datetime) -> QuerySet[ProviderEvent]:
    waits = Q(state=ProviderEvent.State.PARKED, attempts__gte=_MANY_ATTEMPTS)
    given_up = Q(state=ProviderEvent.State.UNMATCHED, created_at__gte=now - _STILL_NEWS)
    return rows.filter(waits | given_up).order_by("pk")


def _held_for_nothing(rows: QuerySet[Order], now: datetime) -> QuerySet[Order]:
    held = Payment.objects.filter(order=OuterRef("pk")).exclude(held_reason="")
    waiting = rows.filter(~Exists(held), attention=Attention.PAYMENT_HELD)
    return waiting.order_by("public_id")


def _send_back(*, store: Any, row: Payment, by: Any, now: datetime) -> str:
    services.return_held_payment(store=store, payment_id=row.public_id, by=by)
    return "Its money was sent back."


def _ask(*, store: Any, row: Payment, by: Any, now: datetime) -> str:
    result = services.reconcile_payment(store=store, payment_id=row.public_id, by=by, now=now)
    if result.problem:
        raise NotSettled(result.problem)
    return f"The gateway says: {result.payment.get_state_display()}."


def _ask_of_refund(*, store: Any, row: Refund, by: Any, now: datetime) -> str:
    refund = services.reconcile_refund(store=store, refund_id=row.public_id, by=by)
    return f"The gateway says: {refund.get_state_display()}."


def _give_back(*, store: Any, row: Payment, by: Any, now: datetime) -> str:
    services.return_unfillable_payment(store=store, payment_id=row.public_id, by=by)
    return "The money goes back."


def _refund_again(*, store: Any, row: Refund, by: Any, now: datetime) -> str:
    services.retry_refund(store=store, refund_id=row.public_id, by=by)
    return "It was refunded, or is about to be."


def _settle(*, store: Any, row: Refund, by: Any, now: datetime) -> str:
    services.settle_refund(store=store, refund_id=row.public_id, by=by, now=now)
    return "Nobody has to look at it any more."


def _try_again(*, store: Any, row: ProviderEvent, by: Any, now: datetime) -> str:
    services.retry_provider_events(event_ids=[row.pk], store=store, by=by, now=now)
    return "It will be tried again at once."


def _ignore(*, store: Any, row: ProviderEvent, by: Any, now: datetime) -> str:
    services.settle_provider_event(store=store, event_id=row.public_id, by=by)
    return "It is passed over."


def _clear(*, store: Any, row: Order, by: Any, now: datetime) -> str:
    orders.clear_flag(store=store, order_id=row.public_id, by=by, expected_reason=row.attention)
    return "Nobody has to look at it any more; it may be shipped."


def _fix(name: str, label: str, act: Any, scope: str = Scope.REFUND_PAYMENTS) -> Fix:
    return Fix(name=name, label=label, scope=scope, act=act)


KINDS = [
    Kind(
        name="paid-without-stock",
        title="Paid, and not to be had",
        scope=Scope.READ_PAYMENTS,
        rows=Payment.objects.for_store,
        wrong=_unfillable,
        since="unfillable_at",
        about="order__number",
        told="Money came for an order that cannot be filled, and has not gone back by itself.",
        page="payments_payment",
        fixes=[_fix("give-back", "Give the money back", _give_back)],
    ),
    Kind(
        name="held-payment",
        title="Payments that do not match",
        scope=Scope.READ_PAYMENTS,
        rows=Payment.objects.for_store,
        wrong=_held,
        since="created_at",
        about="order__number",
        why="held_reason",
        told="What the gateway says is not what was asked for ({why}). Its order does not ship.",
        page="payments_payment",
        fixes=[
            _fix("send-back", "Send the money back", _send_back),
            _fix("ask", "Ask the gateway", _ask),
        ],
    ),
    Kind(
        name="stuck-payment",
        title="Stuck payments",
        scope=Scope.READ_PAYMENTS,
        rows=Payment.objects.for_store,
        wrong=_stuck,
        since="check_at",
        about="order__number",
        why="state",
        told="It is {why}: the gateway does not answer, or nobody has asked it in time.",
        page="payments_payment",
        fixes=[_fix("ask", "Ask the gateway", _ask)],
    ),
    Kind(
        name="stuck-refund",
        title="Stuck refunds",
        scope=Scope.READ_PAYMENTS,
        rows=Refund.objects.for_store,
        wrong=_without_answer,
        since="created_at",
        about="payment__order__number",
        told="The gateway has not said that the money went back, or nobody has asked it in time.",
        page="payments_refund",
        fixes=[_fix("ask", "Ask the gateway", _ask_of_refund)],
    ),
    Kind(
        name="failed-refund",
        title="Refunds that failed",
        scope=Scope.READ_PAYMENTS,
        rows=Refund.objects.for_store,
        wrong=_failed,
        since="created_at",
        about="payment__order__number",
        why="failure_code",
        told="The gateway did not give the money back: {why}.",
        page="payments_refund",
        fixes=[
            _fix("refund-again", "Refund again", _refund_again),
            _fix("settle", "It is dealt with", _settle),
        ],
    ),
    Kind(
        name="provider-event",
        title="Webhooks without effect",
        scope=Scope.READ_PAYMENTS,
        rows=_provider_events,
        wrong=_without_effect,
        since="created_at",
        about="kind",
        why="gateway",
        told="The gateway {why} has told us of something that we know nothing of.",
        page="payments_providerevent",
        fixes=[
            _fix("try-again", "Try again", _try_again),
            _fix("ignore", "It is not ours", _ignore),
        ],
    ),
    Kind(
        name="held-order",
        title="Orders that wait for nothing",
        scope=Scope.READ_ORDERS,
        rows=Order.objects.for_store,
        wrong=_held_for_nothing,
        since="updated_at",
        about="number",
        told="Its payment did not match, and does not hold it any more. It does not ship as yet.",
        page="orders_order",
        fixes=[_fix("clear", "Let it ship", _clear, Scope.WRITE_ORDERS)],
    ),
]
