"""deploy/: manifests that match their schemas, alerts and dashboards on metrics that exist."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from server.settings import Settings
from tests.conftest import missing
from tests.support.client_environment import client_python
from tests.support.evaluation_uploads import as_json
from tests.support.server_process import ServerProcess, send_request
from tests.support.trainer_process import TrainerProcess
from trainer.service.settings import ServiceSettings

DEPLOY = Path(__file__).parents[2] / "deploy"
MANIFESTS = DEPLOY / "kubernetes"
ALERTS = DEPLOY / "prometheus" / "alerts.yaml"
DASHBOARD = DEPLOY / "grafana" / "inkling.json"
JSON = {"Content-Type": "application/json"}
REQUIREMENTS = Path(__file__).with_name("kubernetes_validate.txt")
KUBERNETES = "1.32"


def documents(path: Path) -> list[dict]:
    """All documents of a YAML file."""
    return list(yaml.safe_load_all(path.read_text("utf-8")))


@pytest.mark.slow
def test_manifests_match_the_schemas_of_kubernetes():
    """Strictly: no unknown field is allowed."""
    program = client_python(REQUIREMENTS).with_name("kubernetes-validate")
    command = [str(program), "--strict", "--kubernetes-version", KUBERNETES, str(MANIFESTS / "server.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("passed") + done.stderr.count("passed") >= 1


def test_deployment_fits_the_server():
    """Its user, port, probes and time to stop are those of the image and the settings."""
    deployment = next(each for each in documents(MANIFESTS / "server.yaml") if each["kind"] == "Deployment")
    pod = deployment["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert container["ports"][0]["containerPort"] == Settings().port
    assert pod["terminationGracePeriodSeconds"] > Settings().graceful_timeout
    assert pod["securityContext"]["runAsNonRoot"]
    assert container["securityContext"]["readOnlyRootFilesystem"]
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    paths = {container[f"{probe}Probe"]["httpGet"]["path"] for probe in ("startup", "readiness", "liveness")}
    assert paths == {"/health/ready", "/health/live"}
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    for each in documents(MANIFESTS / "server.yaml"):
        selector = each["spec"].get("podSelector", each["spec"].get("selector", labels))
        assert selector.get("matchLabels", selector) == labels, each["kind"]


@pytest.fixture
def server(models_folder: Path, tmp_path: Path) -> Iterator[ServerProcess]:
    """A server that has predicted, failed and evaluated."""
    with ServerProcess(models_folder, tmp_path, "--workers", "2") as server:
        connection = server.connect()
        for body in (b'{"strokes": [[[0, 0], [9, 9]]]}', b"{}"):
            send_request(connection, "POST", "/predict", body=body, headers=JSON)
        send_request(connection, "POST", "/evaluate", body=json.dumps(as_json()), headers=JSON)
        yield server


@pytest.fixture
def trainer(tmp_path: Path) -> Iterator[TrainerProcess]:
    """A trainer service that has answered a request."""
    with TrainerProcess(tmp_path / "trainer", "--warm-workers", "0") as trainer:
        trainer.request("GET", "/jobs/nothing")
        yield trainer


def test_alerts_and_dashboard_use_metrics_that_exist(server: ServerProcess, trainer: TrainerProcess):
    """A renamed metric would silence its alert."""
    text = server.get("/metrics").body.decode() + trainer.request("GET", "/metrics").body.decode()
    exported = set(re.findall(r"^(inkling_\w+?)(?:\{| )", text, re.MULTILINE))
    rules = [rule for group in documents(ALERTS)[0]["groups"] for rule in group["rules"]]
    panels = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    for expressions in (
        [rule["expr"] for rule in rules],
        [target["expr"] for panel in panels for target in panel.get("targets", [])],
    ):
        used = set(re.findall(r"inkling_\w+", " ".join(expressions)))
        assert len(used) > 3
        assert used <= exported


def test_dashboard_is_complete():
    """Each panel has its own ID and place, a title, and queries for the chosen data source and instances."""
    panels = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    charts = [panel for panel in panels if panel["type"] != "row"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert len({tuple(panel["gridPos"].values()) for panel in panels}) == len(panels)
    for panel in charts:
        assert panel["title"]
        assert panel["datasource"]["uid"] == "${datasource}"
        assert all("$instance" in target["expr"] for target in panel["targets"])


@pytest.fixture
def promtool() -> str:
    """Prometheus' own checker."""
    program = shutil.which("promtool")
    if program is None:
        missing("promtool is not installed")
    return program


def run_promtool(promtool: str, *arguments: str, stdin: bytes = b"") -> None:
    """Run it; it prints what it objects to."""
    done = subprocess.run([promtool, *arguments], input=stdin, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, b""), done.stdout + done.stderr


def test_prometheus_accepts_the_metrics(promtool: str, server: ServerProcess, trainer: TrainerProcess):
    """Names, types and help texts follow its conventions, in both services."""
    run_promtool(promtool, "check", "metrics", stdin=server.get("/metrics").body)
    run_promtool(promtool, "check", "metrics", stdin=trainer.request("GET", "/metrics").body)


def test_prometheus_accepts_the_alerts(promtool: str):
    """The rules parse."""
    run_promtool(promtool, "check", "rules", str(ALERTS))


def test_prometheus_accepts_the_queries_of_the_dashboard(promtool: str, tmp_path: Path):
    """Written as recording rules, with values for Grafana's variables."""
    panels = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    queries = [target["expr"] for panel in panels for target in panel.get("targets", [])]
    rules = [
        {"record": f"query:{number}", "expr": query.replace("$__rate_interval", "1m").replace("$instance", ".*")}
        for number, query in enumerate(queries)
    ]
    path = tmp_path / "rules.yaml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}), "utf-8")
    run_promtool(promtool, "check", "rules", str(path))


def test_proxy_accepts_what_the_services_accept():
    """Its limits are those of the services; else it would reject what they accept."""
    text = (DEPLOY / "nginx" / "locations.conf").read_text("utf-8")
    sizes = [int(mebibytes) << 20 for mebibytes in re.findall(r"client_max_body_size (\d+)m;", text)]
    limits = Settings().max_predict_bytes, Settings().max_evaluate_bytes, ServiceSettings().max_drawing_bytes
    assert sizes == list(limits)
    for name in ("inkling.conf", "compose.conf"):
        (idle,) = re.findall(r"keepalive_timeout (\d+)s;", (DEPLOY / "nginx" / name).read_text("utf-8"))
        assert int(idle) < Settings().idle_timeout
