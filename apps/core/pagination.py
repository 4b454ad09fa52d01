"""Pages by number for what is browsed, by cursor for what grows without end."""

from typing import Any
from uuid import UUID

from rest_framework import pagination
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request

PAGE_SIZE = 20
MAX_PAGE_SIZE = 100


def wanted_page_size(request: Request) -> int:
    """This function will return how much a page is to hold: 20, or what is asked for, 100 at most.

    Raises:
        ValidationError: what is asked for is no number of things.
    """
    text = request.query_params.get("page_size", str(PAGE_SIZE))
    if not (text.isascii() and text.isdigit() and text.strip("0")):
        raise ValidationError({"page_size": ["A whole number, 1 or more."]})
    return int(text) if len(text) <= 3 and int(text) < MAX_PAGE_SIZE else MAX_PAGE_SIZE


class PageNumberPagination(pagination.PageNumberPagination):
    """`?page=2&page_size=50`, with `count`."""

    page_size = PAGE_SIZE
    max_page_size = MAX_PAGE_SIZE
    page_size_query_param = "page_size"

    def get_page_size(self, request: Request) -> int:
        """This function will return how much a page holds."""
        return wanted_page_size(request)


class NewestFirstPagination(pagination.CursorPagination):
    """`?cursor=…`, newest first. Public ids sort by time and are unique, so a cursor is exact."""

    page_size = PAGE_SIZE
    max_page_size = MAX_PAGE_SIZE
    page_size_query_param = "page_size"
    ordering = "-public_id"

    def get_page_size(self, request: Request) -> int:
        """This function will return how much a page holds."""
        return wanted_page_size(request)

    def decode_cursor(self, request: Request) -> Any:
        """This function will return the cursor of the request.

        Raises:
            NotFound: the cursor was not made by us.
        """
        cursor = super().decode_cursor(request)
        if cursor is not None and cursor.position is not None:
            try:
                UUID(str(cursor.position))
            except ValueError as error:
                raise NotFound(self.invalid_cursor_message) from error
        return cursor
