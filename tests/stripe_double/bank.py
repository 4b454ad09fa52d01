"""The page of the bank where the shopper authenticates: two buttons, as in Stripe's test mode."""

from html import escape
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.stripe_double import shopper
from tests.stripe_double.answers import Answer, Request
from tests.stripe_double.ledger import Ledger
from tests.stripe_double.records import Intent

_PAGE = """<!doctype html>
<html lang="en"><title>3D Secure 2 test page</title>
<h1>3D Secure 2 test page</h1>
<p>{amount} {currency}, payment <code>{name}</code></p>
<form method="post">
<button name="succeed" value="true" id="test-source-authorize-3ds">Complete</button>
<button name="succeed" value="false" id="test-source-fail-3ds">Fail</button>
</form></html>
"""


def authenticate_in_browser(ledger: Ledger, request: Request) -> Answer:
    """This function will show the page, or do what its button says and lead back to the shop."""
    intent = ledger.intents.get(request.path.rpartition("/")[2])
    secret = parse_qs(request.query).get("client_secret", [""])[0]
    if intent is None or secret != intent.client_secret or intent.status != "requires_action":
        return Answer(404, b"There is nothing to authenticate here.")
    if request.method == "GET":
        return _page(intent)
    succeed = parse_qs(request.body.decode()).get("succeed") == ["true"]
    shopper.authenticate(ledger, intent.id, succeed=succeed)
    return _lead_back(intent, "succeeded" if succeed else "failed")


def _page(intent: Intent) -> Answer:
    html = _PAGE.format(
        amount=intent.amount, currency=escape(intent.currency), name=escape(intent.id)
    )
    return Answer(200, html.encode(), {"Content-Type": "text/html; charset=utf-8"})


def _lead_back(intent: Intent, outcome: str) -> Answer:
    if not intent.return_url:
        return Answer(200, outcome.encode(), {"Content-Type": "text/plain"})
    said = urlencode(
        {
            "payment_intent": intent.id,
            "payment_intent_client_secret": intent.client_secret,
            "redirect_status": outcome,
        }
    )
    joint = "&" if urlsplit(intent.return_url).query else "?"
    return Answer(303, b"", {"Location": f"{intent.return_url}{joint}{said}"})
