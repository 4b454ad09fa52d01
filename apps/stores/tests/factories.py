import factory

from apps.stores.models import Store, StoreHost


class StoreFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Store

    slug = factory.Sequence(lambda n: f"store-{n}")
    name = factory.Sequence(lambda n: f"Store {n}")


class StoreHostFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = StoreHost

    store = factory.SubFactory(StoreFactory)
    host = factory.Sequence(lambda n: f"shop-{n}.example")
