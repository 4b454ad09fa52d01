"""The theme's style sheet is compiled: a class that it does not use itself does nothing."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

TEMPLATES = settings.BASE_DIR / "templates"
PAGES = sorted([*TEMPLATES.glob("admin/**/*.html"), *TEMPLATES.glob("unfold/**/*.html")])
# What scripts and tests go by, and what Django's own admin calls things.
NAMES = re.compile(r"group(/\w+)?|material-symbols-outlined|submit-row|password-reset-link|chart")


@pytest.fixture(scope="module")
def known():
    """All classes that have a style."""
    sheets = [Path(finders.find("unfold/css/styles.css"))]
    sheets += settings.BASE_DIR.glob("static/**/*.css")
    written = "\n".join(sheet.read_text() for sheet in sheets)
    return {re.sub(r"\\(.)", r"\1", name) for name in re.findall(r"\.((?:[\w-]|\\.)+)", written)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_every_class_of_a_page_has_a_style(page, known):
    html = page.read_text()
    own = set(re.findall(r"\.([\w-]+)", "".join(re.findall(r"(?s)<style.*?</style>", html))))
    said = re.sub(r"(?s)\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", " ", html)
    used = {name for names in re.findall(r'\sclass="([^"]*)"', said) for name in names.split()}

    assert {name for name in used if not NAMES.fullmatch(name)} - known - own == set()
