from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.accounts import services
from apps.accounts.management.store_option import add_store_option, find_store
from apps.accounts.models import User


class Command(BaseCommand):
    help = "Let somebody who has lost their second factor set up another. Ends their sessions."

    def add_arguments(self, parser: CommandParser) -> None:
        """This function will take an address, and a store."""
        parser.add_argument("email")
        add_store_option(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """This function will reset it and say so."""
        store = find_store(options["store"])
        person = User.objects.with_email(store=store, email=options["email"])
        if person is None:
            raise CommandError(f"{store.slug} knows nobody by this address.")
        if not services.reset_second_factor(person=person, by=None):
            raise CommandError("They have no second factor.")
        self.stdout.write("Done. They are asked to set up another when they log in.")
