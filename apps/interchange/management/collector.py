"""The garbage collector of a process that makes many small things and keeps none."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def calm_collector() -> Iterator[None]:
    """This function will have the collector look less often, and not at what was there before: an
    import leaves hardly any cycles, and looking for them takes an eighth of its time."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
