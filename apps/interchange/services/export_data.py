"""All of something that a store has, for people with spreadsheets and for other programs."""

from collections.abc import Iterator

from apps.core.batches import in_batches
from apps.events.actors import Actor
from apps.interchange.exporting import Piece, Wanted
from apps.interchange.outlets import outlet_for
from apps.interchange.services.generate_export import generate_export
from apps.interchange.services.record_export import record_export
from apps.stores.models import Store


def export_data(*, store: Store, wanted: Wanted, by: Actor) -> Iterator[Piece]:
    """This function will return products, orders, customers or stock as a file, piece by piece.

    Memory holds one piece, whatever their number. The act is announced at once; rows are read as
    the pieces are taken, a batch with each, so that a slow reader holds no transaction open.
    """
    record_export(store=store, wanted=wanted, by=by)
    return generate_export(outlet=outlet_for(store=store, wanted=wanted), read=in_batches)
