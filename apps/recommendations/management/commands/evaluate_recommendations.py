from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.core.moments import moment
from apps.recommendations.evaluation import Trial
from apps.recommendations.measuring import as_table, measured
from apps.recommendations.purchase_history import read_purchases
from apps.stores.models import Store


class Command(BaseCommand):
    help = (
        "Measures how well an engine that knows a store's orders until a day foretells those that "
        "came later, beside popularity and the raw count of what is bought together. Writes "
        "nothing. Exit status 1: there is nothing to measure with."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--store", metavar="SLUG", help="default: the default store")
        parser.add_argument(
            "--split",
            type=moment,
            default="60d",
            metavar="TIME",
            help="it learns from what was paid before, such as 2011-08-01; default: 60d (ago)",
        )
        parser.add_argument("--until", type=moment, metavar="TIME", help="of what is foretold")
        parser.add_argument(
            "--engine", default=settings.RECOMMENDATIONS_ENGINE, help="default: %(default)s"
        )
        parser.add_argument("--k", type=int, default=10, help="answers; default: %(default)s")
        parser.add_argument("--seed", type=int, default=0, help="of what is asked by chance")

    def handle(self, *args: Any, engine: str, k: int, seed: int, **options: Any) -> None:
        if k < 1:
            raise CommandError("--k must be 1 or more.")
        trial = self._trial(_store(options["store"]), options["split"], options["until"], seed)
        if not trial.baskets and not trial.people:
            raise CommandError("Too little was bought before or after to ask a single question.")
        self.stdout.write(
            f"{len(set(trial.training.baskets)):,} orders of {len(trial.products):,} products "
            f"before, {len(trial.baskets):,} baskets and {len(trial.people):,} people after."
        )
        neighbours = settings.RECOMMENDATIONS_NEIGHBOURS
        try:
            results = list(measured(trial=trial, engines=[engine], neighbours=neighbours, k=k))
        except ImportError as error:
            raise CommandError(f"There is no engine {engine!r}: {error}") from error
        for line in as_table(results, k=k):
            self.stdout.write(line)

    def _trial(self, store: Store, split: datetime, until: datetime | None, seed: int) -> Trial:
        most = settings.RECOMMENDATIONS_MOST_LINES
        return Trial.of(
            training=read_purchases(store=store, until=split, most_lines=most),
            later=read_purchases(store=store, since=split, until=until, most_lines=most),
            seed=seed,
        )


def _store(slug: str | None) -> Store:
    store = Store.objects.filter(**({"slug": slug} if slug else {"is_default": True})).first()
    if store is None:
        raise CommandError(f"There is no store {slug!r}.")
    return store
