"""The files of deploy/ fit the published schemas of Kubernetes, each other, and the command line."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from crm_mocks.cli.serve import command as serve

DEPLOY = Path(__file__).parent.parent.parent / "deploy"
KUSTOMIZE = DEPLOY / "kustomize"
RELEASES = ("1.29", "1.33")
OBJECTS: list[dict[str, Any]] = [
    document
    for name in yaml.safe_load((KUSTOMIZE / "kustomization.yaml").read_text())["resources"]
    for document in yaml.safe_load_all((KUSTOMIZE / name).read_text())
]
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def ids(manifest: dict[str, Any]) -> str:
    return f"{manifest['kind']} {manifest['metadata']['name']}"


def of_kind(kind: str, name: str = "crm-mocks") -> dict[str, Any]:
    (found,) = (each for each in OBJECTS if each["kind"] == kind and each["metadata"]["name"] == name)
    return found


def pods() -> list[dict[str, Any]]:
    return [each["spec"]["template"]["spec"] for each in OBJECTS if each["kind"] in ("Deployment", "StatefulSet")]


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("manifest", OBJECTS, ids=ids)
def test_a_manifest_fits_the_schema_of_a_release(manifest: dict[str, Any], release: str) -> None:
    validator = pytest.importorskip("kubernetes_validate")
    validator.validate(manifest, release, strict=True)


def test_every_file_of_the_base_is_used() -> None:
    resources = yaml.safe_load((KUSTOMIZE / "kustomization.yaml").read_text())["resources"]
    assert {each.name for each in KUSTOMIZE.iterdir()} == {*resources, "kustomization.yaml"}


def test_kustomize_builds_the_base() -> None:
    if shutil.which("kubectl") is None:
        pytest.skip("kubectl is not installed")
    done = subprocess.run(["kubectl", "kustomize", str(KUSTOMIZE)], capture_output=True, text=True, check=True)
    assert len(list(yaml.safe_load_all(done.stdout))) == len(OBJECTS)


@pytest.mark.parametrize("pod", pods(), ids=lambda pod: pod["containers"][0]["name"])
def test_pods_run_without_privileges(pod: dict[str, Any]) -> None:
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False
    for container in pod["containers"]:
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert {"livenessProbe", "readinessProbe", "resources"} <= container.keys()


def test_the_token_and_the_url_of_the_state_come_from_a_secret() -> None:
    (container,) = of_kind("Deployment")["spec"]["template"]["spec"]["containers"]
    secrets = {each["name"]: each["valueFrom"]["secretKeyRef"]["name"] for each in container["env"]}
    assert secrets == {"CRM_MOCKS_STATE": "crm-mocks", "CRM_MOCKS_ADMIN_TOKEN": "crm-mocks"}


def test_probes_use_routes_that_need_no_token() -> None:
    (container,) = of_kind("Deployment")["spec"]["template"]["spec"]["containers"]
    paths = {name: container[name]["httpGet"]["path"] for name in ("startupProbe", "livenessProbe", "readinessProbe")}
    assert set(paths.values()) == {"/__admin/health", "/__admin/ready"}
    assert paths["readinessProbe"] == "/__admin/ready"


def test_selectors_find_the_pods() -> None:
    labels = {"app.kubernetes.io/name": "crm-mocks"}
    assert of_kind("Deployment")["spec"]["template"]["metadata"]["labels"] == labels
    assert of_kind("Service")["spec"]["selector"] == labels
    for kind in ("PodDisruptionBudget",):
        assert of_kind(kind)["spec"]["selector"]["matchLabels"] == labels
    assert of_kind("NetworkPolicy")["spec"]["podSelector"]["matchLabels"] == labels
    target = of_kind("HorizontalPodAutoscaler")["spec"]["scaleTargetRef"]
    assert (target["kind"], target["name"]) == ("Deployment", "crm-mocks")
    state = {"app.kubernetes.io/name": "crm-mocks-state"}
    assert of_kind("StatefulSet", "crm-mocks-state")["spec"]["template"]["metadata"]["labels"] == state
    assert of_kind("Service", "crm-mocks-state")["spec"]["selector"] == state
    assert of_kind("NetworkPolicy", "crm-mocks-state")["spec"]["podSelector"]["matchLabels"] == state


def commands() -> list[list[str]]:
    (container,) = of_kind("Deployment")["spec"]["template"]["spec"]["containers"]
    return [container["args"], COMPOSE["services"]["mocks-1"]["command"]]


@pytest.mark.parametrize("words", commands(), ids=shlex.join)
def test_the_command_line_takes_the_options(words: list[str]) -> None:
    assert words[0] == "serve"
    context = serve.make_context("serve", words[1:])
    assert context.params["host"] == "0.0.0.0"  # a container's


def test_compose_has_two_replicas_of_one_state_behind_the_proxy() -> None:
    services = COMPOSE["services"]
    replicas = [name for name in services if name.startswith("mocks-")]
    assert len(replicas) == 2
    assert services["mocks-1"] == services["mocks-2"]
    assert services["mocks-1"]["environment"]["CRM_MOCKS_STATE"] == "redis://state:6379/0"
    assert services["mocks-1"]["read_only"] is True
    assert services["mocks-1"]["cap_drop"] == ["ALL"]
    build = services["mocks-1"]["build"]
    assert (build["context"], build["args"]) == ("..", {"EXTRAS": "[redis]"})
    assert "ARG EXTRAS" in (DEPLOY.parent / "Dockerfile").read_text()
    servers = re.findall(r"^  server (\S+) (\S+):4010 ", (DEPLOY / "haproxy.cfg").read_text(), re.MULTILINE)
    assert servers == [(name, name) for name in replicas]
    named = {name for service in services.values() for name in service.get("depends_on", ())}
    assert named <= services.keys()


def test_haproxy_accepts_its_configuration(tmp_path: Path) -> None:
    if shutil.which("haproxy") is None:
        pytest.skip("haproxy is not installed")
    text = (DEPLOY / "haproxy.cfg").read_text()
    configuration = tmp_path / "haproxy.cfg"
    configuration.write_text(re.sub(r" (mocks-\d):4010 ", " 127.0.0.1:4010 ", text))
    done = subprocess.run(["haproxy", "-c", "-f", str(configuration)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
