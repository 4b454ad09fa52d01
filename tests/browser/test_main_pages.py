"""The ten main pages: in light and dark, at a desk and on a phone."""

import pytest

from tests.browser.accessibility import fetch_axe, grave_findings
from tests.browser.desk import DESK, PHONE
from tests.browser.pages import main_pages
from tests.browser.scene import set_scene

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "audit"]),
]

WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="session")
def axe(tmp_path_factory):
    return fetch_axe(tmp_path_factory.mktemp("axe"))


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
def test_everybody_can_use_the_main_pages(desk_of, shop, operator, axe, size, is_dark):
    set_scene(shop.store)
    desk = desk_of(operator, size=size, is_dark=is_dark)

    found = []
    for name, path in main_pages(shop.store).items():
        assert desk.open(path) == 200
        found += [f"{name}: {fault}" for fault in grave_findings(desk.page, axe)]
        if desk.page.evaluate(WIDER) > 0:
            found.append(f"{name}: is wider than the screen")
    assert not found, "\n".join(found)


def test_every_page_of_the_menu_loads_in_peace(desk, shop, axe):
    set_scene(shop.store)
    desk.open("/admin/")
    links = desk.page.locator("#nav-sidebar a[href^='/admin/']")
    paths = [link.get_attribute("href") for link in links.all()]
    assert len(paths) > 30

    found = []
    for path in paths:
        assert desk.open(path) == 200
        found += [f"{path}: {fault}" for fault in grave_findings(desk.page, axe)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
def test_everybody_can_use_the_way_in_and_the_way_back(desk_of, operator, axe, is_dark):
    stranger, desk = desk_of(is_dark=is_dark), desk_of(operator, is_dark=is_dark)

    assert stranger.open("/admin/") == 200
    assert desk.open("/admin/second-factor/") == 200
    assert grave_findings(stranger.page, axe) + grave_findings(desk.page, axe) == []
    assert desk.open("/admin/nowhere/") == 404
    assert grave_findings(desk.page, axe) == []
    desk.watch.expect("404")


def test_what_is_wrong_is_found(desk, axe):
    desk.open("/admin/orders/order/")
    desk.page.evaluate("""() => {
        const search = document.querySelector("#searchbar");
        search.placeholder = "";
        search.closest("form").style.width = "3000px";
        document.querySelector("#main a").style.cssText = "color: #ccc; background: #fff";
        document.head.append(Object.assign(document.createElement("script"), {text: "1"}));
        document.body.append(Object.assign(new Image(), {src: "http://127.0.0.1:9/elsewhere.png"}));
    }""")
    desk.page.wait_for_load_state("networkidle")

    assert {line.split(":")[0] for line in grave_findings(desk.page, axe)} == {
        "color-contrast",
        "image-alt",
        "label",
    }
    desk.watch.expect("Content Security Policy", "Content Security Policy", "elsewhere.png")
