"""One key, one effect."""

import uuid
from functools import partial

import pytest

from apps.orders.models import Order
from tests.shop import at_once, tally

pytestmark = pytest.mark.race


def test_one_key_twenty_times_at_once_places_one_order(shop, trials, promises_kept):
    wanted = shop.goods(stock=10_000)
    for _ in trials:
        buyer, key = shop.newcomer(), str(uuid.uuid4())
        answers = at_once([partial(buyer.order, (wanted, 1), key=key)] * 20)
        assert set(tally(answers)) <= {201, (409, "request_in_progress")}
        created = {answer.body["id"] for answer in answers if answer.status == 201}
        assert len(created) == 1
        assert Order.objects.filter(customer=buyer.user).count() == 1

        again = buyer.order((wanted, 1), key=key)
        assert (again.status, again.headers["idempotent-replayed"]) == (201, "true")
        assert again.body["id"] in created
        other = buyer.order((wanted, 2), key=key)
        assert (other.status, other.code) == (422, "idempotency_key_reused")
        stranger = shop.newcomer().order((wanted, 1), key=key)
        assert stranger.status == 201
        assert stranger.body["id"] not in created
    promises_kept()
