"""Pages by number for what is browsed, by cursor for what grows without end."""

from typing import Any
from uuid import UUID

from rest_framework import pagination
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

PAGE_SIZE = 20
MAX_PAGE_SIZE = 100


class PageNumberPagination(pagination.PageNumberPagination):
    """`?page=2&page_size=50`, with `count`."""

    page_size = PAGE_SIZE
    max_page_size = MAX_PAGE_SIZE
    page_size_query_param = "page_size"


class NewestFirstPagination(pagination.CursorPagination):
    """`?cursor=…`, newest first. Public ids sort by time and are unique, so a cursor is exact."""

    page_size = PAGE_SIZE
    max_page_size = MAX_PAGE_SIZE
    page_size_query_param = "page_size"
    ordering = "-public_id"

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
