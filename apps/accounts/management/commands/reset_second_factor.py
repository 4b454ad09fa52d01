from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.accounts import services
from apps.accounts.models import User
from apps.stores.models import Store


class Command(BaseCommand):
    help = "Let somebody who has lost their second factor set up another. Ends their sessions."

    def add_arguments(self, parser: CommandParser) -> None:
        """This function will take an address, and a store."""
        parser.add_argument("email")
        parser.add_argument("--store", metavar="SLUG", help="default: the default store")

    def handle(self, *args: Any, **options: Any) -> None:
        """This function will reset it and say so."""
        store = _find_store(options["store"])
        person = User.objects.with_email(store=store, email=options["email"])
        if person is None:
            raise CommandError(f"{store.slug} knows nobody by this address.")
        if not services.reset_second_factor(person=person, by=None):
            raise CommandError("They have no second factor.")
        self.stdout.write("Done. They are asked to set up another when they log in.")


def _find_store(slug: str | None) -> Store:
    try:
        return Store.objects.get(slug=slug) if slug else Store.objects.default()
    except Store.DoesNotExist as error:
        raise CommandError(f"There is no store {slug}.") from error
