"""What lies in deploy/ agrees with the server: paths, ports, figures and times."""

from pathlib import Path

import pytest

from graders.service.front_door import OPEN
from graders.service.service_settings import ServiceSettings
from tests.service.conftest import RunningService

yaml = pytest.importorskip("yaml")
DEPLOY = Path(__file__).parents[2] / "deploy"
DEFAULTS = ServiceSettings(no_auth=True)


def test_kubernetes():
    documents = {one["kind"]: one for one in yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text())}
    pod = documents["Deployment"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert container["ports"][0]["containerPort"] == DEFAULTS.port
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert container[probe]["httpGet"]["path"] in OPEN
    before = int(container["lifecycle"]["preStop"]["exec"]["command"][1])
    grace = float(container["args"][container["args"].index("--grace") + 1])
    assert pod["terminationGracePeriodSeconds"] > before + grace + 1
    running = RunningService()
    try:
        gauge = documents["HorizontalPodAutoscaler"]["spec"]["metrics"][0]["pods"]["metric"]["name"]
        assert f"\n{gauge} 0.0\n" in running.client.get("/metrics").text
    finally:
        running.stop()


def test_compose_and_dockerfile():
    service = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["graders"]
    assert int(service["stop_grace_period"].removesuffix("s")) > DEFAULTS.grace_seconds + 1
    assert service["ports"] == [f"127.0.0.1:{DEFAULTS.port}:{DEFAULTS.port}"]
    dockerfile = (DEPLOY / "Dockerfile").read_text()
    assert f"EXPOSE {DEFAULTS.port}" in dockerfile
    assert "[serve,judge]" in dockerfile
