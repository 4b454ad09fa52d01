from django.apps import AppConfig

from apps.accounts import data_registry


class AccountsConfig(AppConfig):
    name = "apps.accounts"
    label = "accounts"

    def ready(self) -> None:
        data_registry.discover()
