import factory

from apps.core.ids import uuid7
from apps.idempotency.models import IdempotencyKey


class IdempotencyKeyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = IdempotencyKey

    store = factory.LazyFunction(uuid7)
    caller = "user:018f0000-0000-7000-8000-000000000000"
    key = factory.Sequence(lambda n: f"key-{n}")
    fingerprint = "0" * 64
    status = 201
    body = "{}"
