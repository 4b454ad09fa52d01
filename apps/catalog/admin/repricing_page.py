"""Changing many prices: what is asked, what would become of each, and then just that."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.admin import ModelAdmin

from apps.catalog import services as catalog
from apps.catalog.admin.repricing_forms import MOST_VARIANTS, RepricingForm
from apps.catalog.admin.repricing_plan import Plan, Step
from apps.catalog.models import Variant

_ON_A_PAGE = 100
_MOST_TOLD = 20
_ASKED = ["products", "category", "vendor", "direction", "value", "unit", "rounding", "compare_at"]


def repricing_page(page: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """This function will ask, show a preview or apply it, as the button that was pressed says."""
    if request.method != "POST":
        return _ask(page, request, RepricingForm(initial=_chosen(request), store=_store(request)))
    form = RepricingForm(request.POST, store=_store(request))
    if "plan" in request.POST and "edit" not in request.POST:
        return _go_on(page, request, form)
    if "edit" not in request.POST and form.is_valid():
        plan = _planned(form)
        if plan is not None:
            return _show(page, request, plan, number=1)
    return _ask(page, request, form)


def _go_on(page: ModelAdmin, request: HttpRequest, form: RepricingForm) -> HttpResponse:
    by: Any = request.user
    plan = Plan.read(request.POST["plan"], by=by, store=_store(request))
    if plan is None or plan.currency != _store(request).currency:
        form.is_valid()
        form.add_error(None, "That preview is too old, or not yours. Nothing was changed.")
        return _ask(page, request, form)
    if "apply" not in request.POST:
        return _show(page, request, plan, number=_number(request.POST.get("page", "")))
    report = catalog.reprice_variants(store=_store(request), changes=plan.changes, by=by)
    _tell(page, request, report)
    return HttpResponseRedirect(_back())


def _planned(form: RepricingForm) -> Plan | None:
    variants = list(form.variants())
    if len(variants) > MOST_VARIANTS:
        form.add_error(
            None, f"These are more than {MOST_VARIANTS} variants: choose fewer products at a time."
        )
    elif not variants:
        form.add_error(None, "No variant is among these.")
    else:
        return Plan.of(variants, how=form.how, currency=form.store.currency)
    return None


def _tell(page: ModelAdmin, request: HttpRequest, report: catalog.RepriceReport) -> None:
    done = f"{report.changed} prices changed."
    if report.unchanged:
        done += f" {report.unchanged} were so already."
    page.message_user(request, done, messages.SUCCESS if report.changed else messages.WARNING)
    for one in report.refused[:_MOST_TOLD]:
        page.message_user(request, f"{one.sku or 'A variant'}: {one.reason}", messages.ERROR)
    if len(report.refused) > _MOST_TOLD:
        more = f"{len(report.refused) - _MOST_TOLD} more were left alone."
        page.message_user(request, more, messages.ERROR)


def _ask(page: ModelAdmin, request: HttpRequest, form: RepricingForm) -> HttpResponse:
    context = {
        **page.admin_site.each_context(request),
        "title": "Change prices",
        "opts": page.opts,
        "form": form,
        "intro": "Nothing changes before you have seen what would become of each price.",
        "submit": "Preview",
        "back": _back(),
    }
    return TemplateResponse(request, "admin/form_page.html", context)


def _show(page: ModelAdmin, request: HttpRequest, plan: Plan, *, number: int) -> HttpResponse:
    last = -(-len(plan.steps) // _ON_A_PAGE)
    number = min(max(number, 1), last)
    by: Any = request.user
    context = {
        **page.admin_site.each_context(request),
        "title": "New prices",
        "opts": page.opts,
        "plan": plan.sealed(by=by, store=_store(request)),
        "totals": plan.totals,
        "rows": _rows(plan.steps[(number - 1) * _ON_A_PAGE : number * _ON_A_PAGE]),
        "number": number,
        "pages": range(1, last + 1),
        "asked": {name: request.POST.get(name, "") for name in _ASKED},
        "back": _back(),
    }
    return TemplateResponse(request, "admin/catalog/product/repricing.html", context)


def _rows(steps: list[Step]) -> list[tuple[Step, Variant | None]]:
    found = Variant.with_deleted.select_related("product").only("sku", "title", "product__title")
    named = found.in_bulk([one.variant_id for one in steps])
    return [(one, named.get(one.variant_id)) for one in steps]


def _chosen(request: HttpRequest) -> dict[str, str]:
    """What the list has chosen already."""
    given = {name: request.GET.get(name, "")[:10_000] for name in ("products", "vendor")}
    return {name: value for name, value in given.items() if value}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 1


def _store(request: HttpRequest) -> Any:
    return request.store  # type: ignore[attr-defined]


def _back() -> str:
    return reverse("admin:catalog_product_changelist")
