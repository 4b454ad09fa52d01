"""Which store a command is about."""

from django.core.management.base import CommandError

from apps.stores.models import Store

UNUSABLE = 2


def find_store(slug: str | None) -> Store:
    """This function will return the store of a slug, and the default one without.

    Raises:
        CommandError: there is none; the exit status is 2.
    """
    if slug is None:
        return Store.objects.default()
    try:
        return Store.objects.get(slug=slug)
    except Store.DoesNotExist as error:
        raise CommandError(f"There is no store {slug}.", returncode=UNUSABLE) from error
