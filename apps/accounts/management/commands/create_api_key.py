"""`manage.py create_api_key`"""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.accounts import services
from apps.accounts.management.store_option import add_store_option, find_store
from apps.accounts.scopes import Scope
from apps.core.errors import CommerceError


class Command(BaseCommand):
    help = "Makes an API key for a machine and prints it: this once, for it is kept nowhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="whose key it is, such as ERP")
        parser.add_argument("scopes", nargs="+", choices=[one.value for one in Scope])
        parser.add_argument("--days", type=int, default=90, help="good for so long; at most 366")
        add_store_option(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            made = services.create_api_key(
                store=find_store(options["store"]),
                name=options["name"],
                scopes=options["scopes"],
                expires_at=now + timedelta(days=min(max(options["days"], 0), 100_000)),
                by=None,
                now=now,
            )
        except CommerceError as refusal:
            raise CommandError(refusal.in_words) from None
        self.stdout.write(made.text)
        self.stderr.write(f"Good until {made.key.expires_at:%Y-%m-%d %H:%M} UTC.")
