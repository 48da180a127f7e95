"""A server of its own in a thread, real sockets and a real worker, and the unmodified client of OpenAI's API."""

import threading
from contextlib import contextmanager

import openai
import pytest
import uvicorn

from graders.service.app import application
from graders.service.server import DrainingServer
from graders.service.service_context import Service
from graders.service.service_settings import ServiceSettings
from graders.settings.settings import Settings

KEY = "a-key-of-the-tests-0123"


@contextmanager
def running(settings=None, **options):
    """The address of a server with these settings of rewards, while the block lasts."""
    configured = ServiceSettings(keys=(KEY,), workers=1, port=0, reward_settings=settings or Settings(), **options)
    service = Service.of(configured)
    config = uvicorn.Config(application(service), host="127.0.0.1", port=0, log_level="warning", lifespan="on")
    started, port = threading.Event(), []
    server = DrainingServer(config, service, lambda number: (port.append(number), started.set()))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        assert started.wait(30)
        yield f"http://127.0.0.1:{port[0]}"
    finally:
        server.should_exit = True
        thread.join(30)


def client_of(address, prefix="/v1", **options):
    return openai.OpenAI(base_url=address + prefix, api_key=KEY, max_retries=0, timeout=60, **options)


@pytest.fixture(scope="module")
def address():
    with running() as url:
        yield url


@pytest.fixture(scope="module")
def client(address):
    with client_of(address) as made:
        yield made


@pytest.fixture(scope="session")
def serving():
    return running


@pytest.fixture(scope="session")
def make_client():
    return client_of
