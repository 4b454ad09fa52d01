"""The exception inbox, below the staff site."""

from django.contrib import admin
from django.urls import path

from apps.backoffice.inbox_page import inbox_page, settle_page

urlpatterns = [
    path("", admin.site.admin_view(inbox_page), name="inbox"),
    path(
        "<slug:kind>/<int:key>/<slug:fix>/",
        admin.site.admin_view(settle_page),
        name="inbox_settle",
    ),
]
