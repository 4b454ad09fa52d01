"""Where the simulated gateway sends a payer: its bank's page, or its own form."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from apps.payments.charges import ChargeOutcome
from apps.payments.errors import UnknownGateway
from apps.payments.gateways.registry import find_gateway
from apps.payments.gateways.simulated import settle_charge
from apps.payments.models import SimulatedCharge

# What the buttons say, and what comes of it.
_ANSWERS = {"complete": "", "fail": "authentication_failed"}


@method_decorator(never_cache, name="dispatch")
class SimulatedPaymentView(View):
    """One charge, for whoever knows its reference: nobody can guess one. The page exists where the
    simulated gateway is set up."""

    http_method_names = ["get", "head", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """This function will answer nobody where no money is pretended."""
        try:
            find_gateway("simulated")
        except UnknownGateway as error:
            raise Http404 from error
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """This function will show how the charge stands, and what can be done about it."""
        charge = _charge(request, reference)
        waits = charge.outcome == ChargeOutcome.REQUIRES_ACTION
        return render(request, "payments/simulated.html", {"charge": charge, "waits": waits})

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        """This function will let the payer have their way with the charge."""
        charge = _charge(request, reference)
        failure_code = _ANSWERS.get(request.POST.get("answer", ""))
        if failure_code is None:
            return HttpResponseBadRequest("Unknown answer.", content_type="text/plain")
        if charge.outcome == ChargeOutcome.REQUIRES_ACTION:
            settle_charge(charge_id=charge.public_id, failure_code=failure_code)
        return redirect(request.path)


def _charge(request: HttpRequest, reference: str) -> SimulatedCharge:
    store = request.store.public_id  # type: ignore[attr-defined]
    return get_object_or_404(SimulatedCharge, store=store, reference=reference)
