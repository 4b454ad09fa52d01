"""Every body of every operation, with fields in it that nobody may set: refused or ignored, and
nothing of them is ever stored."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.catalog.tests.pictures import picture
from tests.walk.assigning import DANGEROUS, DOCUMENTED, assign, places
from tests.walk.bodies import body_of
from tests.walk.operations import Operation, operations
from tests.walk.tables import Seal
from tests.walk.world import World

WITH_BODY = [one for one in operations() if one.bodies]


@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
def test_what_nobody_may_set_is_set_by_nobody(world: World, operation: Operation):
    faults = assign(operation, world)
    assert faults == [], "\n".join(faults[:20])


def test_what_a_body_may_say_of_these_is_known(world: World):
    documented = {
        label: fields & DANGEROUS.keys()
        for operation in WITH_BODY
        for label, _, fields in places(
            operation, body_of(operation, world.shops[0].things[0]) or {}
        )
        if fields & DANGEROUS.keys()
    }
    assert documented == DOCUMENTED


def test_a_form_with_a_picture_sets_nothing_else(world: World):
    shop = world.shops[0]
    everything = Seal()
    before = everything.read()
    for name in DANGEROUS:
        file = SimpleUploadedFile("lamp.jpg", picture(), content_type="image/jpeg")
        answer = shop.caller("admin").call(
            "POST",
            f"/api/v1/products/{shop.things[0]['product']}/images",
            {"file": file, name: "1"},
            kind="multipart/form-data",
        )
        assert answer.status == 400, name
        assert [(e["field"], e["code"]) for e in answer.json["errors"]] == [(name, "unknown_field")]
    assert everything.read() == before


def test_a_login_form_sets_nothing_else(world: World):
    shop = world.shops[0]
    for name in sorted(DANGEROUS.keys() - DOCUMENTED["POST /auth/token"]):
        answer = shop.caller("nobody").client.post(
            "/api/v1/auth/token",
            f"username={shop.things[0]['email']}&password=correct+horse+battery&{name}=1",
            content_type="application/x-www-form-urlencoded",
            HTTP_HOST=shop.host,
        )
        assert answer.status_code == 400, name
        assert answer.json()["errors"][0]["code"] == "unknown_field"
