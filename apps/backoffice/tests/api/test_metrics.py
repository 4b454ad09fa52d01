import subprocess
import sys

import pytest
from django.conf import settings
from django.test import Client
from prometheus_client import values

OUTSIDE = {"REMOTE_ADDR": "203.0.113.7"}


@pytest.fixture(autouse=True)
def _internal_network(settings):
    settings.INTERNAL_IPS = ["127.0.0.1"]


def test_the_internal_network_reads_them(anonymous):
    response = anonymous.get("/metrics")

    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain")
    assert b"django_http_requests_before_middlewares_total" in response.content


def test_staff_read_them_with_a_token_or_a_session(staff, staff_client):
    browser = Client()
    browser.force_login(staff)

    assert staff_client.get("/metrics", **OUTSIDE).status_code == 200
    assert browser.get("/metrics", **OUTSIDE).status_code == 200


def test_nobody_else_does(anonymous, shopper_client):
    for client, code in [(anonymous, "forbidden"), (shopper_client, "missing_scope")]:
        response = client.get("/metrics", **OUTSIDE)
        assert response.status_code == 403
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["code"] == code


def test_adds_up_the_processes_of_one_site(anonymous, tmp_path, monkeypatch):
    """Two processes of one gunicorn, each of which has counted by itself."""
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    for process, orders in ((1, 3), (2, 4)):
        count = values.MultiProcessValue(process_identifier=lambda number=process: number)
        count("counter", "orders", "orders_total", (), (), "Orders.").inc(orders)

    response = anonymous.get("/metrics")

    assert "orders_total 7.0" in response.content.decode().splitlines()


def test_the_server_leaves_it_to_its_processes_how_they_count():
    """Once imported the client counts for one process only, unless it was told otherwise before."""
    looking = """
import sys
from config import gunicorn
gunicorn.on_exit(None)
sys.exit("prometheus_client" in sys.modules)
"""
    subprocess.run([sys.executable, "-c", looking], check=True, cwd=settings.BASE_DIR)
