from argparse import ArgumentParser
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet
from django.utils import timezone

from apps.orders.numbers import spelled_number
from apps.payments import services
from apps.payments.models import Payment


class Command(BaseCommand):
    help = (
        "Ask the gateways how payments stand and correct our books: those of the last days, or "
        "chosen ones. Ends with status 1 when a payment cannot be settled."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """This function will declare the options."""
        parser.add_argument("--days", type=_days, default=3, help="opened in the last days (3)")
        parser.add_argument("--since", type=_instant, help="opened since, as 2026-11-20T12:00:00Z")
        parser.add_argument("--until", type=_instant, help="opened before")
        parser.add_argument("--payment", type=UUID, action="append", help="this one (its id)")
        parser.add_argument("--order", action="append", help="those of an order (its number)")
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
        payments = payments.filter(gateway=gateway)
    if ids := options["payment"]:
        return payments.filter(public_id__in=ids).order_by("pk")
    if orders := options["order"]:
        numbers = {spelled_number(text) for text in orders}
        return payments.filter(order__number__in=numbers - {None}).order_by("pk")
    since = options["since"] or timezone.now() - timedelta(days=options["days"])
    payments = payments.filter(created_at__gte=since)
    if until := options["until"]:
        payments = payments.filter(created_at__lt=until)
    return payments.order_by("pk")


def _days(text: str) -> int:
    days = int(text)
    if not 0 < days <= 3650:
        raise ValueError(text)
    return days


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
