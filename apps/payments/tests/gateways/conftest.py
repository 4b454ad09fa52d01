import pytest

pytest.register_assert_rewrite("apps.payments.tests.gateways.contract")
