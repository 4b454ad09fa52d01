"""What the command palette finds: pages, and what is in the shop, each for who may read it."""

from django.http import HttpRequest
from django.urls import reverse
from unfold.dataclasses import SearchResult

from apps.accounts.scopes import Scope
from apps.backoffice import finds
from apps.backoffice.navigation import menu
from apps.core.access import holds

MOST_TYPED = 254  # as long as an e-mail address is


def results_for(request: HttpRequest, typed: str) -> list[SearchResult]:
    """This function will return what somebody may mean, what they most likely mean first, with at
    most two statements. What nobody would type finds nothing."""
    text = typed.strip()
    if not text or len(text) > MOST_TYPED or not text.isprintable():
        return []
    return [*_in_the_shop(request, text), *_pages(request, text)]


def _in_the_shop(request: HttpRequest, text: str) -> list[SearchResult]:
    store = request.store  # type: ignore[attr-defined]
    may_read = {one for one in finds.SCOPES if holds(request.user, finds.SCOPES[one])}
    knows_people = holds(request.user, Scope.READ_CUSTOMERS)
    # Whether an address is known here is an answer, too.
    people = finds.find_people(store=store, text=text) if knows_people else []
    sought = finds.Sought(store=store, text=text, people=people)
    results = [
        SearchResult(
            title=found.title,
            description=found.description,
            link=reverse(f"admin:{finds.PAGES[found.kind]}_change", args=[found.pk]),
            icon=_ICONS[found.kind],
        )
        for found in finds.find_rows(sought, kinds=may_read)
    ]
    if knows_people:
        results += [
            SearchResult(
                title=person.label,
                description="Staff" if person.is_staff else "Customer",
                link=reverse("admin:accounts_user_change", args=[person.pk]),
                icon="person",
            )
            for person in people
        ]
    return results


_ICONS = {
    "order": "receipt_long",
    "invoice": "description",
    "variant": "style",
    "product": "sell",
}


def _pages(request: HttpRequest, text: str) -> list[SearchResult]:
    meant = text.lower()
    return [
        SearchResult(
            title=item["title"], description=group["title"], link=item["link"], icon=item["icon"]
        )
        for group in menu(request)
        for item in group["items"]
        if meant in str(item["title"]).lower()
    ]
