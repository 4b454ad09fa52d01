"""The double as a test holds it: its address, its knobs, and what its books say."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.stripe_double import shopper
from tests.stripe_double.answers import Answer, Received, Request
from tests.stripe_double.api import Account, Api
from tests.stripe_double.bank import authenticate_in_browser
from tests.stripe_double.control import control
from tests.stripe_double.faults import Fault
from tests.stripe_double.ids import new_id
from tests.stripe_double.ledger import Ledger, Movement
from tests.stripe_double.rendering import render
from tests.stripe_double.server import Server
from tests.stripe_double.webhooks import Delivery, Webhooks

Json = dict[str, Any]


class StripeDouble:
    """A Stripe of one's own. Names of intents, refunds and events are Stripe's: `pi_…`."""

    def __init__(
        self,
        *,
        port: int = 0,
        webhook_url: str | None = None,
        webhook_secret: str = "whsec_double",
        webhook_threads: int = 1,
        client_key: str = "sk_test_double",
    ) -> None:
        self._ending = threading.Event()
        self._api = Api(pause=self._pause)
        self.webhooks = Webhooks(
            url=webhook_url, secrets=(webhook_secret,), threads=webhook_threads
        )
        self._server = Server(port, self._respond)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.webhook_secret = webhook_secret
        self.client_key = client_key
        self._account = self._open_account(client_key, Ledger(self.webhooks.take))
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    def start(self) -> None:
        """This function will begin to serve."""
        self._thread.start()

    def end(self) -> None:
        """This function will end it, whatever is still under way."""
        self._ending.set()
        self._server.end()
        self._thread.join()
        self.webhooks.end()

    def _pause(self, seconds: float) -> None:
        self._ending.wait(seconds)

    def _respond(self, request: Request) -> Answer:
        if request.path.startswith("/_double/"):
            return control(self, request)
        if request.path.startswith("/3d_secure/"):
            with self._api.lock:
                return authenticate_in_browser(self.ledger, request)
        return self._api.answer(request)

    def _open_account(self, key: str, ledger: Ledger) -> Account:
        account = Account(new_id("acct", 16), key, ledger)
        ledger.url = self.url
        self._api.accounts[key] = account
        return account

    # Who asks, and what went wrong.

    def open_account(self) -> str:
        """This function will open another account, that has no webhooks; it gives its key."""
        key = new_id("sk_test")
        self._open_account(key, Ledger(lambda _event: None))
        return key

    def fault(self, kind: str, route: str = "*", **more: Any) -> None:
        """This function will let something go wrong: see `Fault` and `KINDS` in faults.py."""
        with self._api.lock:
            self._api.faults.add(Fault(kind, route, **more))

    def clear_faults(self) -> None:
        """This function will let everything go well again."""
        with self._api.lock:
            self._api.faults.clear()

    def forget_keys(self, key: str = "") -> None:
        """This function will forget an idempotency key, or all, as Stripe may after 24 hours."""
        with self._api.lock:
            self._account.memory.forget(key)

    # What the shopper and the bank do.

    def pay(self, intent: str, payment_method: str = "pm_card_visa") -> Json:
        """This function will confirm an intent as Stripe's form in the browser does."""
        with self._api.lock:
            return render(shopper.pay(self.ledger, intent, payment_method))

    def authenticate(self, intent: str, *, succeed: bool = True) -> Json:
        """This function will pass 3-D Secure as the shopper, or fail it."""
        with self._api.lock:
            return render(shopper.authenticate(self.ledger, intent, succeed=succeed))

    def settle(self, intent: str, *, succeed: bool | None = None) -> Json:
        """This function will end the processing of an intent; by default as its method says."""
        with self._api.lock:
            return render(shopper.settle(self.ledger, intent, succeed=succeed))

    def settle_refund(self, refund: str, *, failure: str = "") -> Json:
        """This function will let a refund succeed, or fail for this reason."""
        with self._api.lock:
            return render(shopper.settle_refund(self.ledger, refund, failure=failure))

    def answer_refunds_with(self, status: str) -> None:
        """This function will let refunds begin as succeeded, pending or failed from now on."""
        if status not in {"succeeded", "pending", "failed"}:
            raise ValueError(status)
        self.ledger.refund_outcome = status

    # What is told of it.

    def event(self, kind: str, name: str = "") -> Json:
        """This function will return the latest event of a kind, of one object if it is named."""
        found = [one for one in self.events(kind) if name in {"", one["data"]["object"]["id"]}]
        return found[-1]

    def events(self, kind: str = "") -> list[Json]:
        """This function will return what happened, of one kind if it is named."""
        with self._api.lock:
            return [event for event in self.ledger.events if kind in {"", event["type"]}]

    def send_again(self, event: str, *, copies: int = 1) -> None:
        """This function will deliver an event once more, or several times."""
        found = self.ledger.events.find(event)
        if found is None:
            raise ValueError(event)
        self.webhooks.send(found, copies=copies)

    def forge(self, event: str, *, livemode: bool = False, **changes: Any) -> Json:
        """This function will tell an event of which the object says otherwise: another amount,
        another order. Its signature is right: what it says is to be compared, not believed."""
        with self._api.lock:
            return self.ledger.events.forge(event, livemode=livemode, changes=changes)

    # What the oracle asks.

    @property
    def ledger(self) -> Ledger:
        """The books of the account that `client_key` opens."""
        return self._account.ledger

    @property
    def requests(self) -> list[Received]:
        """Every request, in the order of its arrival."""
        return list(self._api.requests)

    @property
    def deliveries(self) -> list[Delivery]:
        """Every attempt to deliver a webhook."""
        return list(self.webhooks.deliveries)

    def intent(self, name: str) -> Json:
        """This function will return an intent as it now stands."""
        with self._api.lock:
            return render(self.ledger.intent(name))

    def movements(self, *kinds: str, **which: str) -> list[Movement]:
        """This function will return movements of money: `movements("captured", order="7")`."""
        with self._api.lock:
            return self.ledger.moved(*kinds, **which)

    def captured_total(self, **which: str) -> int:
        """This function will return the sum taken, of an intent, a currency or metadata."""
        with self._api.lock:
            return self.ledger.captured_total(**which)

    def refunded_total(self, **which: str) -> int:
        """This function will return the sum given back, of an intent, a currency or metadata."""
        with self._api.lock:
            return self.ledger.refunded_total(**which)

    def executions(self, key: str) -> int:
        """This function will return how often a request of this idempotency key was executed."""
        with self._api.lock:
            return self._account.memory.executions[key]


@contextmanager
def stripe_double(**settings: Any) -> Iterator[StripeDouble]:
    """This function will run a double in a thread, on a port of its own."""
    double = StripeDouble(**settings)
    double.start()
    try:
        yield double
    finally:
        double.end()
