from apps.stores.services.create_store import create_store
from apps.stores.services.update_store import update_store

__all__ = ["create_store", "update_store"]
