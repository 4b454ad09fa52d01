"""`manage.py create_store`"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.backoffice import services
from apps.core.errors import CommerceError


class Command(BaseCommand):
    help = "Opens another shop on this installation: its own host, goods, people and orders."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="what commands call it, such as second-hand")
        parser.add_argument("--name", required=True)
        parser.add_argument("--currency", required=True, help="ISO 4217, for good")
        parser.add_argument(
            "--host",
            required=True,
            action="append",
            dest="hosts",
            help="where shoppers find it; may be given several times. Add it to ALLOWED_HOSTS",
        )
        parser.add_argument("--country", default="DE", help="ISO 3166-1 alpha-2")
        parser.add_argument("--time-zone", default="UTC", help="IANA, such as Europe/Berlin")
        parser.add_argument("--admin", default="", metavar="EMAIL", help="of somebody known")

    def handle(self, *args: Any, **options: Any) -> None:
        given = ("slug", "name", "currency", "hosts", "country", "time_zone")
        wish = {name: options[name] for name in given}
        try:
            made = services.open_store(admin_email=options["admin"], by=None, **wish)
        except CommerceError as refusal:
            raise CommandError(f"{refusal.in_words} Nothing was done.") from None
        self.stdout.write(f"{made.store} is open at {', '.join(options['hosts'])}.")
        if made.admin:
            self.stdout.write(f"{made.admin.email} is its admin.")
