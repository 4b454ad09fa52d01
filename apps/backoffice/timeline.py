"""All that has happened to an order, by whom, as one list: what several apps know, merged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from apps.accounts.models import ApiKey, User
from apps.events.models import Delivery, OutboxEvent
from apps.mail.models import SentMail
from apps.orders.letters import Letter
from apps.orders.models import Invoice, Order, OrderNote, OrderTransition, Shipment
from apps.payments.models import Payment, Refund

MOST = 100
_MOST_EVENTS = 300
_SYSTEM = "system"

# Acts that leave no row of their own.
_TOLD = {
    "order.updated": "Details changed",
    "order.flagged": "Attention needed",
    "order.flag_cleared": "Attention cleared",
    "order.mail_requested": "Mail asked for again",
    "payment.held": "Payment held",
    "payment.sent_back": "Money sent back",
}
_OF_MONEY = "payment."
# Whose events tell who did what stands in the rows.
_DONE = (
    "payment.created",
    "payment.captured",
    "refund.requested",
    "shipment.created",
    "shipment.delivered",
)


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One thing that happened. `who` is the reference of an actor until people have names."""

    at: datetime
    kind: str
    what: str
    who: str = ""
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the page has read already of what belongs to an order, and may show to whoever looks."""

    order: Order
    shipments: Sequence[Shipment] = ()
    invoices: Sequence[Invoice] = ()
    payments: Sequence[Payment] = ()
    shows_money: bool = False
    shows_mails: bool = False


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """The newest moments first; whether there were more."""

    moments: Sequence[Moment]
    is_cut: bool


@dataclass(frozen=True, kw_only=True)
class _Acts:
    """The events about an order and what belongs to it, and who is behind each."""

    events: Sequence[OutboxEvent]
    actors: dict[tuple[str, UUID], str] = field(default_factory=dict)

    def behind(self, name: str, about: UUID) -> str:
        return self.actors.get((name, about), "")


def timeline_of(known: Known) -> Timeline:
    """This function will merge what happened to an order, newest first and at most `MOST`."""
    refunds = _refunds(known)
    ids = _ids(known, refunds)
    acts = _acts(known, ids)
    moments = [
        *_states(known.order),
        *_payments(known.payments, acts),
        *_refund_moments(refunds, acts),
        *_shipments(known.shipments, acts),
        *_documents(known.invoices),
        *_notes(known.order),
        *(_mails(known.order, ids) if known.shows_mails else []),
        *_other_acts(acts),
    ]
    newest = sorted(moments, key=lambda one: one.at, reverse=True)
    return Timeline(moments=_named(newest[:MOST], known.order), is_cut=len(newest) > MOST)


def _ids(known: Known, refunds: Sequence[Refund]) -> list[UUID]:
    parts: list[Iterable[Order | Shipment | Invoice | Payment | Refund]] = [
        [known.order], known.shipments, known.invoices, known.payments, refunds
    ]  # fmt: skip
    return [one.public_id for part in parts for one in part]


def _refunds(known: Known) -> list[Refund]:
    payments = [one.pk for one in known.payments]
    rows = Refund.objects.filter(payment__in=payments).order_by("-pk") if payments else []
    return list(rows[:MOST])


def _acts(known: Known, ids: list[UUID]) -> _Acts:
    told = [one for one in _TOLD if known.shows_money or not one.startswith(_OF_MONEY)]
    rows = OutboxEvent.objects.filter(aggregate_id__in=ids, name__in=[*told, *_DONE])
    events = list(rows.order_by("-pk")[:_MOST_EVENTS])
    return _Acts(events=events, actors={(one.name, one.aggregate_id): one.actor for one in events})


def _states(order: Order) -> list[Moment]:
    steps = OrderTransition.objects.filter(order=order).order_by("-pk")[:MOST]
    return [
        Moment(
            at=step.created_at,
            kind="State",
            what=str(step.get_to_state_display()),
            who=step.actor,
            detail=step.reason,
        )
        for step in steps
    ]


def _payments(payments: Sequence[Payment], acts: _Acts) -> list[Moment]:
    moments = []
    for one in payments:
        what = f"{one.charged} by {one.gateway}"
        tried = Moment(
            at=one.created_at,
            kind="Payment",
            what=f"Payment of {what}",
            who=acts.behind("payment.created", one.public_id),
            detail=_how_it_stands(one),
        )
        captured = Moment(
            at=one.captured_at or one.created_at,
            kind="Payment",
            what=f"Captured {what}",
            who=acts.behind("payment.captured", one.public_id),
        )
        moments += [tried, captured] if one.captured_at else [tried]
    return moments


def _how_it_stands(payment: Payment) -> str:
    why = payment.held_reason or payment.failure_code
    state = str(payment.get_state_display())
    return f"{state}: {why}" if why else state


def _refund_moments(refunds: Sequence[Refund], acts: _Acts) -> list[Moment]:
    return [
        Moment(
            at=one.created_at,
            kind="Refund",
            what=f"Refund of {one.money}, {one.get_state_display().lower()}",
            who=acts.behind("refund.requested", one.public_id),
            detail=" · ".join(filter(None, [one.reason, one.failure_code])),
        )
        for one in refunds
    ]


def _shipments(shipments: Sequence[Shipment], acts: _Acts) -> list[Moment]:
    moments = []
    for one in shipments:
        named = " ".join(filter(None, [one.carrier, one.tracking_number]))
        left = Moment(
            at=one.shipped_at,
            kind="Shipment",
            what="Goods left",
            who=acts.behind("shipment.created", one.public_id),
            detail=named,
        )
        who = acts.behind("shipment.delivered", one.public_id)
        if one.delivered_at:
            at = one.delivered_at
            moments.append(replace(left, at=at, what="Goods arrived", who=who))
        moments.append(left)
    return moments


def _documents(invoices: Sequence[Invoice]) -> list[Moment]:
    return [
        Moment(
            at=one.issued_at,
            kind="Document",
            what=f"{one.get_kind_display()} {one.number}",
            who=_SYSTEM,
            detail=str(one.total),
        )
        for one in invoices
    ]


def _notes(order: Order) -> list[Moment]:
    notes = OrderNote.objects.filter(order=order).order_by("-pk")[:MOST]
    return [
        Moment(
            at=one.created_at,
            kind="Note",
            what="Note",
            who=one.author,
            detail=one.text or "forgotten with the customer",
        )
        for one in notes
    ]


def _mails(order: Order, ids: list[UUID]) -> list[Moment]:
    """A mail is known by the delivery that wanted it."""
    wanted = Delivery.objects.filter(event__aggregate_id__in=ids).order_by("-pk")
    keys = wanted.values("public_id")[:_MOST_EVENTS]
    mails = SentMail.objects.filter(store=order.store_id, key__in=keys)
    return [
        Moment(
            at=one.sent_at or one.created_at,
            kind="Mail",
            what=f"Mail “{_called(one.template)}”, {one.get_state_display().lower()}",
            who=_SYSTEM,
            detail=one.failure,
        )
        for one in mails
    ]


def _other_acts(acts: _Acts) -> list[Moment]:
    return [
        Moment(
            at=one.created_at,
            kind="Act",
            what=_TOLD[one.name],
            who=one.actor,
            detail=_detail(one),
        )
        for one in acts.events
        if one.name in _TOLD
    ]


def _called(template: str) -> str:
    if template in Letter.values:
        return str(Letter(template).label)
    return template.rpartition("/")[2].replace("_", " ").capitalize()


def _detail(event: OutboxEvent) -> str:
    told = event.payload
    if event.name == "order.mail_requested":
        return _called(told["letter"])
    fields = ", ".join(told.get("fields", []))
    return (fields or str(told.get("reason", ""))).replace("_", " ")


def _named(moments: Sequence[Moment], order: Order) -> list[Moment]:
    """Who is known by a reference gets the name that staff know them by."""
    names = {"": "", _SYSTEM: "system", f"user:{order.customer.public_id}": "customer"}
    unknown = {one.who for one in moments} - names.keys()
    names |= _names(User, "user:", unknown) | _names(ApiKey, "key:", unknown)
    return [replace(one, who=names.get(one.who, "somebody")) for one in moments]


def _names(model: type[User] | type[ApiKey], kind: str, unknown: set[str]) -> dict[str, str]:
    ids = [one.removeprefix(kind) for one in unknown if one.startswith(kind)]
    found = model._default_manager.filter(public_id__in=ids) if ids else []
    return {f"{kind}{one.public_id}": getattr(one, "label", "") or str(one) for one in found}
