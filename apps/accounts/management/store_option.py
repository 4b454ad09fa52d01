"""Which store a command is about."""

from argparse import ArgumentParser

from django.core.management.base import CommandError

from apps.stores.models import Store


def add_store_option(parser: ArgumentParser) -> None:
    """This function will let a command be told its store."""
    parser.add_argument("--store", default="", metavar="SLUG", help="without it, the default store")


def find_store(slug: str) -> Store:
    """This function will return the store a command was told.

    Raises:
        CommandError: there is none by this slug.
    """
    if not slug:
        return Store.objects.default()
    store = Store.objects.filter(slug=slug).first()
    if store is None:
        raise CommandError(f"There is no store {slug}.")
    return store
