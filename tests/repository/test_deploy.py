"""deploy/: manifests that match their schemas, and alerts on metrics that exist."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml
from flask.testing import FlaskClient

from server.settings import Settings
from tests.support.client_environment import client_python

DEPLOY = Path(__file__).parents[2] / "deploy"
MANIFESTS = DEPLOY / "kubernetes"
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


def test_alerts_use_metrics_that_exist(client: FlaskClient):
    """A renamed metric would silence its alert."""
    client.post("/predict", json={"strokes": [[[0, 0], [9, 9]]]})
    exported = set(re.findall(r"^(inkling_\w+?)(?:\{| )", client.get("/metrics").text, re.MULTILINE))
    rules = [rule for group in documents(DEPLOY / "prometheus" / "alerts.yaml")[0]["groups"] for rule in group["rules"]]
    used = {name for rule in rules for name in re.findall(r"inkling_\w+", rule["expr"])}
    assert used
    assert used <= exported


def test_proxy_accepts_what_the_server_accepts():
    """nginx would refuse larger datasets with an error of its own."""
    text = (DEPLOY / "nginx" / "inkling.conf").read_text("utf-8")
    (mebibytes,) = re.findall(r"client_max_body_size (\d+)m;", text)
    assert int(mebibytes) << 20 == Settings().max_evaluate_bytes
