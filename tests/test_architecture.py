"""What import-linter cannot see: foreign keys, file names, sizes, and habits of the code."""

import ast
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps as django_apps
from django.db import models

ROOT = Path(__file__).resolve().parent.parent
APPS = ROOT / "apps"

# Top to bottom, as in CONTRIBUTING: an app knows only what stands below it.
ROWS = [
    {"backoffice"},
    {"interchange"},
    {"audit", "payments", "recommendations"},
    {"orders"},
    {"inventory"},
    {"catalog"},
    {"accounts"},
    {"mail"},
    {"stores"},
    {"events", "idempotency"},
    {"core"},
]
ROW = {app: place for place, row in enumerate(ROWS) for app in row}

# Infrastructure apps are libraries with a table or two: their modules are named for what they are.
LIBRARIES = {"core", "events", "idempotency"}
FILES = {
    "__init__.py",
    "admin.py",
    "apps.py",
    "errors.py",
    "events.py",
    "invariants.py",
    "models.py",
    "queries.py",
    "subscribers.py",
    "tasks.py",
}
FOLDERS = {
    "admin",
    "api",
    "demo",
    "formats",
    "gateways",
    "locking",
    "management",
    "migrations",
    "models",
    "services",
    "tests",
}
API_FILES = {
    "__init__.py",
    "filters.py",
    "pagination.py",
    "permissions.py",
    "serializers.py",
    "urls.py",
    "views.py",
}
JUNK = {"utils", "helpers", "common", "managers", "signals", "mixins", "base", "constants", "types"}
# One service, one verb: `place_order.py`, never `order.py`.
VERBS = frozenset(
    """
    add adjust announce apply bootstrap cancel capture change charge check claim clear commit
    complete confirm create delete deliver discard dispatch empty end ensure erase expire export
    extend feature fill finalize find flag follow forget generate grant hide hold import issue learn
    lock log mail mark measure merge move number open pay place plan prepare probe prune publish
    rebuild receive reconcile record redeliver refresh refund register relay release remember
    remove reorder replace replay report reprice request reserve reset restore resume retry return
    reveal revert revoke rotate run save seed send set settle ship show start store sweep sync
    transfer undo unpublish update upload upsert verify withdraw write
    """.split()  # noqa: SIM905 - a list of words reads better as text
)


def modules() -> Iterator[Path]:
    """This function will return our own Python files, tests and migrations apart."""
    for path in sorted([*APPS.rglob("*.py"), *(ROOT / "config").rglob("*.py")]):
        if not {"tests", "migrations"} & set(path.relative_to(ROOT).parts):
            yield path


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def our_models() -> Iterator[type[models.Model]]:
    for model in django_apps.get_models():
        if model.__module__.startswith("apps.") and not model._meta.proxy:
            yield model


def app_of(model: type[models.Model]) -> str:
    return model.__module__.split(".")[1]


def test_every_app_has_its_row():
    here = {path.name for path in APPS.iterdir() if (path / "__init__.py").exists()}
    assert here == set(ROW)


def test_foreign_keys_point_down_and_leave_no_name_in_another_app():
    wrong = []
    for model in our_models():
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if not (field.concrete and field.is_relation) or target is None:
                continue
            if not target.__module__.startswith("apps.") or app_of(target) == app_of(model):
                continue
            if ROW[app_of(target)] <= ROW[app_of(model)]:
                wrong.append(f"{model.__name__}.{field.name} points up to {target.__name__}")
            elif not field.remote_field.hidden:
                wrong.append(f'{model.__name__}.{field.name} needs related_name="+"')
    assert wrong == []


def test_every_constraint_and_index_has_a_name_of_its_own():
    made_up = re.compile(r"_[0-9a-f]{6,8}(_idx|_uniq|_fk)?$")
    for model in our_models():
        named = [*model._meta.constraints, *model._meta.indexes]
        assert [one.name for one in named if made_up.search(one.name)] == []
        assert not model._meta.unique_together, f"{model.__name__}: name the constraint"


# What has no long list of its own: few rows for each store, or read below another row.
NOT_LISTED = {
    "IdempotencyKey": "looked up by store, caller and key",
    "InvoiceSeries": "a row for each year",
    "ProductImage": "below its product",
    "SimulatedCharge": "another company's books",
    "StoreHost": "below its store",
    "Warehouse": "a handful",
    "CoPurchase": "read by product, listed by count",
    "SimilarProducts": "a row for each product",
    "Rebuild": "a row for each store",
}
# Ids are made in the order of time.
IN_TIME = {
    "sequence",
    "created_at",
    "-created_at",
    "id",
    "public_id",
    "position",
    "placed_at",
    "shipped_at",
}


def test_rows_of_a_store_are_found_by_store_and_time():
    by_store_and_time = {
        model.__name__: any(
            tuple(index.fields[:1]) == ("store",) and index.fields[1] in IN_TIME
            for index in model._meta.indexes
            if not index.condition
        )
        for model in our_models()
        if any(field.name == "store" for field in model._meta.concrete_fields)
    }
    assert len(by_store_and_time) > 15
    assert {name for name, found in by_store_and_time.items() if not found} == set(NOT_LISTED)


def test_what_is_unique_by_name_is_so_within_its_store():
    names = {"slug", "sku", "code", "number", "email"}
    wrong = [
        f"{model.__name__}.{field.name}"
        for model in our_models()
        for field in model._meta.concrete_fields
        if field.name in names and field.unique and model.__name__ != "Store"
    ]
    assert wrong == []


def test_money_is_never_a_float():
    floats = [
        f"{model.__name__}.{field.name}"
        for model in our_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.FloatField)
        and re.search(r"price|amount|total|tax|cost|fee", field.name)
    ]
    assert floats == []


def test_apps_use_the_closed_vocabulary_of_files():
    wrong = []
    for app in sorted(set(ROW) - LIBRARIES):
        for path in (APPS / app).iterdir():
            if path.name == "__pycache__":
                continue
            if path.is_dir() and path.name not in FOLDERS:
                wrong.append(f"folder {name(path)}")
        for path in (APPS / app / "api").glob("*.py"):
            if path.name not in API_FILES:
                wrong.append(name(path))
    assert wrong == []


def test_no_module_is_a_junk_drawer():
    assert [
        name(path) for path in modules() if path.stem in JUNK and "settings" not in path.parts
    ] == []


def test_services_are_named_for_what_they_do():
    wrong = [
        name(path)
        for path in APPS.glob("*/services/*.py")
        if path.stem != "__init__" and path.stem.split("_")[0] not in VERBS
    ]
    assert wrong == []


def test_no_module_is_above_300_lines_and_the_median_is_at_most_80():
    lengths = {name(path): len(path.read_text().splitlines()) for path in modules()}
    assert {path: count for path, count in lengths.items() if count > 300} == {}
    assert statistics.median(count for count in lengths.values() if count > 3) <= 80


def functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                yield f"{name(path)}:{node.lineno} {node.name}", node


def length(node: ast.FunctionDef) -> int:
    """Lines of the body, the docstring apart."""
    body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
    return (node.end_lineno or 0) - body[0].lineno + 1


def test_no_function_is_above_40_lines():
    assert [where for where, node in functions() if length(node) > 40] == []


def test_services_take_keywords_and_say_what_they_do():
    wrong = []
    for path in APPS.glob("*/services/*.py"):
        exported = (path.parent / "__init__.py").read_text()
        for node in ast.parse(path.read_text()).body:
            if not isinstance(node, ast.FunctionDef) or f'"{node.name}"' not in exported:
                continue
            if node.args.args:
                wrong.append(f"{name(path)}: {node.name} takes positional arguments")
            if not (ast.get_docstring(node) or "").startswith("This function will "):
                wrong.append(f'{name(path)}: {node.name} does not say "This function will …"')
    assert wrong == []


@pytest.mark.parametrize("layer", ["services", "models"])
def test_services_and_models_know_no_http(layer):
    wrong = []
    for path in [*APPS.glob(f"*/{layer}/*.py"), *APPS.glob(f"*/{layer}.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django.http"):
                wrong.append(name(path))
    assert wrong == []


def calls(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.lineno, node.func.attr


@pytest.mark.parametrize(
    ("call", "only_in"),
    [
        ("select_for_update", {"apps/core/locking.py"}),
        ("delay", {"apps/events"}),
        ("apply_async", {"apps/events"}),
        ("send_task", {"apps/events"}),
    ],
)
def test_what_only_one_place_may_do(call, only_in):
    wrong = [
        f"{name(path)}:{line}"
        for path in modules()
        for line, called in calls(path)
        if called == call and not any(name(path).startswith(place) for place in only_in)
    ]
    assert wrong == []


def test_no_django_model_signals():
    wrong = [
        name(path)
        for path in modules()
        if re.search(r"django\.db\.models\.signals|django\.dispatch", path.read_text())
    ]
    assert wrong == []


def test_only_env_reads_the_environment():
    allowed = {"config/env.py", "config/celery.py", "config/wsgi.py", "config/asgi.py"}
    wrong = [
        name(path)
        for path in modules()
        if re.search(r"os\.(environ|getenv)", path.read_text()) and name(path) not in allowed
    ]
    passing_it_on = ("config/embedded/", "config/supervisor/")  # to the servers they start
    assert [path for path in wrong if not path.startswith(passing_it_on)] == []


def test_every_migration_is_named_for_what_it_holds():
    wrong = [
        name(path)
        for path in APPS.glob("*/migrations/0*.py")
        if re.search(r"_auto_|_initial|^\d{4}$", path.stem)
    ]
    assert wrong == []


def test_no_todo_is_left_for_somebody():
    words = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    everywhere = [*modules(), *APPS.rglob("tests/**/*.py"), *(ROOT / "tests").rglob("*.py")]
    wrong = [name(path) for path in everywhere if words.search(path.read_text())]
    assert [path for path in wrong if path != "tests/test_architecture.py"] == []
