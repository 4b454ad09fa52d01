from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from apps.payments import services


class Command(BaseCommand):
    help = "Issue invoices for sales that were paid before Tradepost wrote any. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        """This function will issue them and say how many."""
        count = services.issue_missing_invoices(now=timezone.now())
        self.stdout.write(f"{count} invoices issued")
