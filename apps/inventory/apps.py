from django.apps import AppConfig


class InventoryConfig(AppConfig):
    name = "apps.inventory"
    label = "inventory"

    def ready(self) -> None:
        """This function will refuse to start with a way of locking that does not exist."""
        from apps.inventory.locking import chosen_strategy  # needs the models

        chosen_strategy()
