"""Moving in: years of orders of another shop."""

from apps.accounts.scopes import Scope
from apps.interchange.differences import history_sums, history_words
from apps.interchange.formats.native_orders import read_native_orders
from apps.interchange.formats.online_retail import read_online_retail
from apps.interchange.kinds import Kind, register
from apps.interchange.services.revert_history import revert_history
from apps.interchange.services.write_history import HistoryImporter

ORDERS = register(
    Kind(
        name="orders",
        noun="orders",
        scopes=(Scope.WRITE_ORDERS, Scope.MANAGE_STORE),
        measure=history_sums,
        describe=history_words,
        formats={"native": read_native_orders, "online-retail": read_online_retail},
        importer=HistoryImporter,
        revert=revert_history,
    )
)
