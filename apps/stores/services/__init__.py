from apps.stores.services.create_store import create_store

__all__ = ["create_store"]
