"""What browsers may load, and that the pages made for people ask for nothing else."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from apps.accounts.tests.factories import UserFactory

STRICT = {
    "default-src": "'self'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "object-src": "'none'",
}
DOCS = ["/api/docs/", "/api/redoc/"]


class Loaded(HTMLParser):
    """Collects what a page has its browser fetch, and the scripts that stand in the page."""

    def __init__(self, html):
        super().__init__()
        self.urls, self.inline_scripts, self.handlers = [], 0, []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.handlers += [name for name in given if re.fullmatch(r"on[a-z]+", name)]
        if tag == "script" and "src" not in given:
            self.inline_scripts += given.get("type") not in {"application/json"}
        if tag in {"script", "img", "iframe"} and given.get("src"):
            self.urls.append(given["src"])
        if tag == "link" and given.get("href"):
            self.urls.append(given["href"])
        if tag == "redoc":
            self.urls.append(given["spec-url"])


def policy(response):
    parts = response["Content-Security-Policy"].split("; ")
    return dict(part.split(" ", 1) for part in parts)


def loaded_by(client, path):
    """This function will open a page and look at it as its browser would."""
    response = client.get(path)
    assert response.status_code == 200
    return Loaded(response.content.decode())


@pytest.fixture
def operator(store):
    browser = Client()
    browser.force_login(UserFactory(store=store, is_staff=True, is_superuser=True))
    return browser


@pytest.mark.parametrize("path", ["/health/live", "/api/v1/me", "/api/schema/", "/nowhere", "/"])
def test_an_api_answer_may_load_nothing_foreign(anonymous, path):
    assert policy(anonymous.get(path)) == STRICT


def test_the_staff_site_evaluates_and_styles_but_runs_no_inline_script(client, store):
    assert policy(client.get("/admin/login/")) == STRICT | {
        "script-src": "'self' 'unsafe-eval'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
    }


def test_the_docs_style_themselves(client, store):
    page = STRICT | {"style-src": "'self' 'unsafe-inline'", "img-src": "'self' data: blob:"}

    assert policy(client.get("/api/docs/")) == page
    assert policy(client.get("/api/redoc/")) == page | {"worker-src": "'self' blob:"}


@pytest.mark.parametrize("path", [*DOCS, "/admin/", "/admin/accounts/user/", "/admin/login/"])
def test_a_page_loads_bundled_assets_only(operator, path):
    browser = Client() if path.endswith("login/") else operator
    page = loaded_by(browser, path)

    assert page.urls
    for url in page.urls:
        assert urlsplit(url).netloc == "", url
        absolute = urlsplit(urljoin(path, url)).path
        if absolute.startswith("/static/"):
            assert finders.find(absolute.removeprefix("/static/")), url
        else:
            assert operator.get(urljoin(path, url)).status_code == 200, url


@pytest.mark.parametrize("path", [*DOCS, "/admin/", "/admin/accounts/user/add/"])
def test_a_page_holds_no_inline_script(operator, path):
    page = loaded_by(operator, path)

    assert page.inline_scripts == 0
    assert page.handlers == []


def test_the_script_of_the_docs_names_the_schema_of_this_site(client, store):
    (script,) = [url for url in loaded_by(client, "/api/docs/").urls if "script" in url]
    response = client.get(urljoin("/api/docs/", script))

    assert response["Content-Type"].startswith("application/javascript")
    assert 'url: "/api/schema/"' in response.content.decode()


def test_the_schema_describes_the_api(client, store):
    response = client.get("/api/schema/", HTTP_ACCEPT="application/json")

    assert response.status_code == 200
    assert response.json()["openapi"].startswith("3.")
    assert "/api/v1/auth/token" in response.json()["paths"]
    assert "/health" in response.json()["paths"]


def test_bundled_styles_refer_to_nothing_foreign(operator):
    for url in loaded_by(operator, "/admin/").urls:
        if url.endswith(".css"):
            style = Path(finders.find(url.removeprefix("/static/"))).read_text()
            assert not re.search(r"url\(\s*[\"']?(https?:)?//", style), url
