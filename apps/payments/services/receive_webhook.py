"""A gateway tells us something: late, early, twice, in any order, or it is no gateway at all."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction

from apps.core.constraints import refined
from apps.core.errors import Conflict
from apps.core.retries import retry_conflicts
from apps.payments.errors import WebhookRefused
from apps.payments.gateways import Notice, find_gateway
from apps.payments.models import ProviderEvent
from apps.payments.notices import as_content
from apps.payments.services.apply_notice import apply_notice
from apps.stores.models import Store

log = structlog.get_logger(__name__)

_FIRST_PAUSE = timedelta(seconds=30)


class _HeardBefore(Conflict):
    """The gateway has told us that already."""


def receive_webhook(
    *, gateway: str, body: bytes, headers: Mapping[str, Any], now: datetime
) -> None:
    """This function will check a webhook's signature over its raw body and let it take effect once.

    The gateway's event id is written in the transaction of its effect, so what was heard before
    changes nothing, and what could not be applied is sent again. An event about a charge or refund
    that we do not know, or do not know yet, is parked and tried again.

    Raises:
        UnknownGateway: there is none of this name.
        WebhookRefused: it is not signed by the gateway, too old, or makes no sense; nothing is
            kept of it but a line in the log.
    """
    try:
        notice = find_gateway(gateway).read_notice(body=body, headers=headers)
    except WebhookRefused as refusal:
        log.warning("webhook_refused", gateway=gateway, reason=refusal.detail)
        raise
    try:
        _take_in(gateway, notice, now=now)
    except _HeardBefore:
        log.info("webhook_heard_before", gateway=gateway, event_id=notice.event_id)


@retry_conflicts
@transaction.atomic
def _take_in(gateway: str, notice: Notice, *, now: datetime) -> None:
    with refined({"provider_event_takes_effect_once": _HeardBefore}):
        event = ProviderEvent.objects.create(
            gateway=gateway,
            event_id=notice.event_id,
            kind=notice.kind[:100],
            content=as_content(notice),
            **_fate(notice, now=now),
        )
    if event.state == ProviderEvent.State.IGNORED:
        return
    payment = apply_notice(gateway=gateway, notice=notice, now=now)
    if payment is not None:
        event.settle(payment=payment)
    elif store := _store_named_by(notice):
        event.assign(store=store)


def _store_named_by(notice: Notice) -> Store | None:
    """What waits is shown to the staff of the store that its metadata name, and to no other."""
    told = notice.charge or notice.refund
    try:
        named = UUID(told.metadata.get("store", "")) if told else None
    except ValueError:
        return None
    return Store.objects.filter(public_id=named).first() if named else None


def _fate(notice: Notice, *, now: datetime) -> dict[str, Any]:
    """Parked, until it turns out that it is about something of ours."""
    if notice.charge is None and notice.refund is None:
        return {"state": ProviderEvent.State.IGNORED}
    return {"state": ProviderEvent.State.PARKED, "next_attempt_at": now + _FIRST_PAUSE}
