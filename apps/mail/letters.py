"""From a template and its context to a subject and two bodies."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template import Context, Engine
from django.template.base import Template
from django.utils import timezone, translation

from apps.mail.addresses import one_line
from apps.stores.models import Store

_LONGEST_SUBJECT = 200
_GAP = re.compile(r"\n{3,}")


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What a mail says."""

    subject: str
    text: str
    html: str


def compose(*, store: Store, template: str, context: Mapping[str, Any]) -> Letter:
    """This function will render a template such as "orders/confirmation" for a store.

    Each of its files, and of the layout around them, may stand below the store's slug too; that
    one is taken then. Times are the store's. Only HTML is escaped: text shows what is there.

    Raises:
        TemplateDoesNotExist: there is no such template.
    """
    with timezone.override(ZoneInfo(store.time_zone)), translation.override(settings.LANGUAGE_CODE):
        return Letter(
            subject=one_line(_render("subject.txt", store, template, context))[:_LONGEST_SUBJECT],
            text=_spaced(_render("body.txt", store, template, context)),
            html=_render("body.html", store, template, context),
        )


def _render(part: str, store: Store, template: str, context: Mapping[str, Any]) -> str:
    is_markup = part.endswith(".html")
    engine = _engine(settings.MAIL_TEMPLATES, autoescape=is_markup)
    layout = _own_or_shared(engine, store, "layout.html" if is_markup else "layout.txt")
    given = {**context, "store": store, "layout": layout}
    body = _own_or_shared(engine, store, f"{template}/{part}")
    return body.render(Context(given, autoescape=is_markup))


def _spaced(text: str) -> str:
    """What a template's conditions leave behind is no gap in the text."""
    return _GAP.sub("\n\n", text).strip() + "\n"


def _own_or_shared(engine: Engine, store: Store, name: str) -> Template:
    return engine.select_template([f"{store.slug}/{name}", name])


@cache
def _engine(folder: Path, *, autoescape: bool) -> Engine:
    return Engine(dirs=[str(folder)], autoescape=autoescape, builtins=["apps.mail.filters"])
