"""Rows for the pages of apps whose own tests make theirs another way."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

import factory
from django.apps import apps
from django.db.models import Model

from apps.core.ids import uuid7
from apps.events.models import Delivery, OutboxEvent
from apps.stores.models import Store


class OutboxEventFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = OutboxEvent

    store = factory.LazyFunction(lambda: Store.objects.default().public_id)
    name = "lamp.lit"
    aggregate_type = "lamp"
    aggregate_id = factory.LazyFunction(uuid7)
    actor = "system"
    payload = factory.LazyFunction(dict)


class DeliveryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Delivery

    event = factory.SubFactory(OutboxEventFactory)
    subscriber = "lamps.react"


def row_of(model: type[Model], *, store: Store) -> Model:
    """This function will make a row of a model in a store, and what it must refer to."""
    makes = factory_of(model)
    given: dict[str, object] = {}
    for field in model._meta.concrete_fields:
        if field.name == "store":
            given["store"] = store if field.is_relation else store.public_id
        elif field.is_relation and not field.null and field.name not in _found_by(makes):
            given[field.name] = row_of(field.related_model, store=store)
    return makes(**given)


def _found_by(makes: type[factory.django.DjangoModelFactory]) -> set[str]:
    """The fields for which a factory makes rows itself, or finds them."""
    ways = (factory.SubFactory, factory.SelfAttribute, factory.LazyAttribute)
    return {name for name, way in makes._meta.declarations.items() if isinstance(way, ways)}


def factory_of(model: type[Model]) -> type[factory.django.DjangoModelFactory] | None:
    """This function will return a factory that makes rows of a model, if any app has one."""
    return next((one for one in _factories() if one._meta.model is model), None)


def _factories() -> Iterator[type[factory.django.DjangoModelFactory]]:
    for app in apps.get_app_configs():
        name = f"{app.name}.tests.factories"
        if app.name.startswith("apps.") and find_spec(name):
            for found in vars(import_module(name)).values():
                if isinstance(found, type) and issubclass(found, factory.django.DjangoModelFactory):
                    yield found
