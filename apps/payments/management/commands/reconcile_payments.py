from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet
from django.utils import timezone

from apps.core.moments import moment
from apps.orders.numbers import spelled_number
from apps.payments import services
from apps.payments.errors import UnknownGateway
from apps.payments.gateways import find_gateway
from apps.payments.models import Payment


class Command(BaseCommand):
    help = (
        "Ask the gateways how payments stand and correct our books: those of the last days, or "
        "chosen ones. Ends with status 1 when a payment cannot be settled."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """This function will declare the options."""
        parser.add_argument("--days", type=_days, default=3, help="opened in the last days (3)")
        parser.add_argument(
            "--since", type=moment, help="opened since, as 2026-11-20T12:00, or 2h ago"
        )
        parser.add_argument("--until", type=moment, help="opened before")
        parser.add_argument("--payment", type=_payment, action="append", help="this one (its id)")
        parser.add_argument(
            "--order", type=_number, action="append", help="those of an order (its number)"
        )
        parser.add_argument("--gateway", help="only of this gateway")

    def handle(self, *args: Any, **options: Any) -> None:
        """This function will ask about one payment after the other, and say what was wrong."""
        asked = healed = unsettled = 0
        for result in services.reconcile_payments(payments=_chosen(options).iterator(100)):
            asked += 1
            payment = result.payment
            name = f"{payment.order.number} {payment.public_id}"
            if result.problem:
                unsettled += 1
                self.stderr.write(f"{name} {payment.state}: {result.problem}")
            elif result.is_healed:
                healed += 1
                self.stdout.write(f"{name} was {result.before}, is {payment.state}")
        self.stdout.write(f"{asked} asked about, {healed} healed, {unsettled} not settled")
        if unsettled:
            raise CommandError("Not every payment could be settled.", returncode=1)


def _chosen(options: dict[str, Any]) -> QuerySet[Payment]:
    payments = Payment.objects.select_related("store", "order__store", "order__customer")
    if gateway := options["gateway"]:
        _require_known(gateway)
        payments = payments.filter(gateway=gateway)
    if ids := options["payment"]:
        return _all_named(payments, "public_id", ids)
    if numbers := options["order"]:
        return _all_named(payments, "order__number", numbers)
    payments = payments.filter(created_at__gte=_beginning(options))
    if until := options["until"]:
        payments = payments.filter(created_at__lt=until)
    return payments.order_by("pk")


def _require_known(gateway: str) -> None:
    try:
        find_gateway(gateway)
    except UnknownGateway as error:
        raise CommandError(f"No gateway is called {gateway}.") from error


def _all_named(payments: QuerySet[Payment], field: str, names: list[Any]) -> QuerySet[Payment]:
    """What a person has named and is not there is a mistake of theirs, or of ours."""
    payments = payments.filter(**{f"{field}__in": names}).order_by("pk")
    found = set(payments.values_list(field, flat=True))
    if missing := [str(name) for name in names if name not in found]:
        raise CommandError(f"There is no payment of this name: {', '.join(missing)}.")
    return payments


def _beginning(options: dict[str, Any]) -> datetime:
    since, until = options["since"], options["until"]
    if since is None:
        since = timezone.now() - timedelta(days=options["days"])
    if until is not None and until <= since:
        raise CommandError(f"Nothing is between {since:%Y-%m-%d %H:%M} and {until:%Y-%m-%d %H:%M}.")
    return since


def _days(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 5 and 0 < int(text) <= 3650):
        raise ArgumentTypeError(f"{text!r} is no number of days from 1 to 3650")
    return int(text)


def _payment(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no id of a payment") from error


def _number(text: str) -> str:
    if (number := spelled_number(text)) is None:
        raise ArgumentTypeError(f"{text!r} is no number of an order")
    return number
