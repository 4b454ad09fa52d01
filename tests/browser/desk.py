"""A member of staff before a browser, and all that the browser complains of."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request

from apps.accounts.models import User
from tests.shop import Shop

DESK, PHONE = (1280, 800), (390, 844)
MOST_WAITED_MS = 10_000
# The theme hides a page until its scripts have run.
READY = """() => document.fonts.status === "loaded"
    && !document.documentElement.hasAttribute("x-cloak")"""


@dataclass
class Watch:
    """What must not happen on any page: an error in the console, which is where a browser tells of
    a violated content security policy too, or anything loaded from elsewhere."""

    home: str
    complaints: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        """This function will listen to a page from now on."""
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("request", self._asked)

    def expect(self, *words: str) -> None:
        """This function will forget complaints that a test has brought about, one for each word."""
        for word in words:
            (expected, *_) = [line for line in self.complaints if word in line] or [""]
            assert expected, f"no complaint of {word}: {self.complaints}"
            self.complaints.remove(expected)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            where = (message.location or {}).get("url", "")
            self.complaints.append(f"console: {message.text} {where}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((f"{self.home}/", "data:", "blob:")):
            self.complaints.append(f"loaded from elsewhere: {request.url}")


@dataclass
class Desk:
    """Somebody's browser. `page` is the open page; addresses begin at the shop."""

    shop: Shop
    page: Page
    watch: Watch

    def open(self, path: str) -> int:
        """This function will go to a page, and return the status of the answer once the page is as
        its scripts want it."""
        response = self.page.goto(path)
        assert response is not None
        self.page.wait_for_function(READY)
        return response.status

    def press(self, name: str) -> None:
        """This function will press the button of that name, and wait for the page that comes."""
        self._leave_by(self.page.get_by_role("button", name=name, exact=True))

    def follow(self, name: str) -> None:
        """This function will follow the link of that name in the page's body, and wait likewise."""
        self._leave_by(self.page.locator("#main").get_by_role("link", name=name, exact=True))

    def fill(self, **fields: str) -> None:
        """This function will fill in fields, by their names in the form."""
        for name, value in fields.items():
            self.page.locator(f"[name='{name}']:visible").fill(value)

    @property
    def text(self) -> str:
        """All that stands in the body of the page."""
        return self.page.locator("#main").inner_text()

    def sees_button(self, name: str) -> bool:
        """This function will tell whether a button or link of that name is offered."""
        main = self.page.locator("#main")
        buttons = [main.get_by_role(role, name=name, exact=True) for role in ("button", "link")]
        return any(button.count() for button in buttons)

    def _leave_by(self, way: Locator) -> None:
        with self.page.expect_navigation():
            way.first.click()
        self.page.wait_for_function(READY)


def sit_down(
    browser: Browser,
    shop: Shop,
    person: User | None = None,
    *,
    size: tuple[int, int] = DESK,
    is_dark: bool = False,
) -> Desk:
    """This function will open a browser with nothing kept in it, but the session of a person who
    has logged in before."""
    context = browser.new_context(
        base_url=shop.url,
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if is_dark else "light",
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="UTC",
    )
    context.set_default_timeout(MOST_WAITED_MS)
    if person is not None:
        _bring_session(context, person, url=shop.url)
    page = context.new_page()
    watch = Watch(home=shop.url)
    watch.over(page)
    return Desk(shop, page, watch)


def _bring_session(context: BrowserContext, person: User, *, url: str) -> None:
    client = Client()
    client.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    cookie: Any = {"name": name, "value": client.cookies[name].value, "url": url}
    context.add_cookies([cookie])
