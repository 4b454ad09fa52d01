"""An export into a file of this machine, whole or not at all."""

from collections.abc import Callable

from apps.core.batches import from_cursor, one_moment
from apps.events.actors import Actor
from apps.interchange.export_files import open_export
from apps.interchange.exporting import Wanted
from apps.interchange.outlets import outlet_for
from apps.interchange.services.generate_export import generate_export
from apps.interchange.services.record_export import record_export
from apps.stores.models import Store

# Told how many things there are, and then of each batch how many more are written.
Begun = Callable[[int], object]
Written = Callable[[int], object]


def write_export(
    *, store: Store, wanted: Wanted, file: str, by: Actor, begun: Begun, written: Written
) -> int:
    """This function will write an export to a file, `-` being standard output, and return how many
    products, orders, customers or stock rows it has.

    All of them are as they were in one moment: they are read over a cursor of one transaction. The
    file gets its name when it is complete; it is gzip where the name ends in `.gz`.

    Raises:
        ExportNotWritten: it could not be written. Nothing is left under its name but what was
            there before.
    """
    record_export(store=store, wanted=wanted, by=by)
    count = 0
    with open_export(file) as output, one_moment():
        outlet = outlet_for(store=store, wanted=wanted)
        begun(outlet.things.count())
        for piece in generate_export(outlet=outlet, read=from_cursor):
            output.write(piece.text.encode())
            count += piece.count
            written(piece.count)
    return count
