import factory
from django.utils import timezone

from apps.mail.models import SentMail
from apps.stores.tests.factories import StoreFactory


class SentMailFactory(factory.django.DjangoModelFactory):
    """A confirmation that went out at the first attempt."""

    class Meta:
        model = SentMail

    store = factory.SubFactory(StoreFactory)
    key = factory.Faker("uuid4")
    recipient = "user:01900000-0000-7000-8000-000000000001"
    template = "orders/confirmation"
    message_id = factory.LazyAttribute(lambda mail: f"<{mail.key}@shop.example>")
    state = "sent"
    attempts = 1
    sent_at = factory.LazyAttribute(lambda mail: timezone.now() if mail.state == "sent" else None)
