"""What `/openapi.json` says of the fine-tuning API: all its routes, and whatever is sent by it gets no 500."""

import warnings

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graders.service.flow.flow_description import flow_description
from graders.service.flow.flow_dialect import flow_routes
from tests.service.jobs.conftest import KEY

schemathesis = pytest.importorskip("schemathesis")

OPERATIONS = sorted((path, method) for path, methods in flow_description().items() for method in methods)


def test_every_route_is_described(fine_tuning):
    from types import SimpleNamespace

    routes = flow_routes(SimpleNamespace(jobs=fine_tuning()))
    served = {(route.path, method.lower()) for route in routes for method in route.methods - {"HEAD"}}
    assert served == set(OPERATIONS)


@pytest.fixture(scope="module")
def described(shared):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return schemathesis.openapi.from_dict(
            httpx.get(f"{shared.url}/openapi.json", headers={"Authorization": KEY}).json()
        )


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_no_request_gets_a_500(described, shared, path, method):
    """Requests by the description, and ones that break it."""
    operation = described[path][method.upper()]

    @settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(
        case=st.one_of(
            operation.as_strategy(), operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE)
        )
    )
    def sent(case):
        reply = case.call(base_url=shared.url, headers={"Authorization": KEY})
        assert reply.status_code < 500, reply.text
        if reply.status_code >= 400:
            assert "detail" in reply.json()

    sent()
