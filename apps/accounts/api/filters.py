from typing import Any

import django_filters
from django.db.models import QuerySet

from apps.accounts.models import User
from apps.core.filters import InstantFilter


class CustomerFilter(django_filters.FilterSet):
    """`?email=ada@example.com` (a whole address), `?is_active=true`,
    `?created_after=2026-01-01T00:00:00Z`"""

    email = django_filters.CharFilter(method="with_email", max_length=254)
    is_active = django_filters.BooleanFilter()
    created_after = InstantFilter(field_name="created_at", lookup_expr="gte")
    created_before = InstantFilter(field_name="created_at", lookup_expr="lt")

    class Meta:
        model = User
        fields: list[Any] = []

    def with_email(self, people: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        """This function will keep the one whom the store knows by an address, if they are there."""
        person = User.objects.with_email(store=self.request.store, email=value)
        return people.none() if person is None else people.filter(pk=person.pk)
