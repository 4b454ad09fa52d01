from django.apps import AppConfig

from apps.events import outdating, registry


class EventsConfig(AppConfig):
    name = "apps.events"
    label = "events"

    def ready(self) -> None:
        registry.discover()
        outdating.discover()
