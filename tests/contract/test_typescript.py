"""The types that openapi-typescript makes of the schema compile."""

import json
import os
import shutil
import subprocess

import pytest

pytestmark = pytest.mark.services

# Pinned here and nowhere else: nothing of Node.js is needed to run Tradepost.
PACKAGES = ["openapi-typescript@7.13.0", "typescript@5.9.3"]

USE = """
import type { paths, components } from "./schema";
type Order = components["schemas"]["Order"];
export const total = (order: Order): string => `${order.total.amount} ${order.total.currency}`;
export type Placed = paths["/api/v1/orders"]["post"]["responses"]["201"];
"""


@pytest.mark.skipif(
    shutil.which("npm") is None and not os.environ.get("CI"), reason="Node.js is not installed"
)
def test_generated_types_compile(shop, tmp_path):
    (tmp_path / "package.json").write_text(json.dumps({"private": True}))
    run(tmp_path, "npm", "install", "--no-audit", "--no-fund", *PACKAGES)
    run(tmp_path, "npx", "openapi-typescript", f"{shop.url}/api/schema/", "-o", "schema.ts")
    (tmp_path / "use.ts").write_text(USE)
    run(tmp_path, "npx", "tsc", "--strict", "--noEmit", "schema.ts", "use.ts")


def run(folder, *command: str) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
