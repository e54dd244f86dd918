"""The SBOM of a release: what it is about, what it lists, and that it is reproducible and valid."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

import pytest

from crm_mocks import __version__
from tests.wheel import ROOT
from tools.dependencies.declared import ALWAYS, declared
from tools.release import sbom
from tools.release.commands import StepError
from tools.release.distributions import Distributions, source_date


@pytest.fixture(scope="module")
def path(built, index_url):
    return sbom.write(built, ROOT, index_url, extras=())


@pytest.fixture(scope="module")
def document(path):
    return json.loads(path.read_text("utf-8"))


def test_it_is_about_the_wheel_and_the_sdist(built, document):
    subject = document["metadata"]["component"]
    assert (subject["name"], subject["version"]) == ("crm-mocks", __version__)
    found = {each["url"]: each["hashes"][0]["content"] for each in subject["externalReferences"]}
    assert found == {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in (built.wheel, built.sdist)}
    assert datetime.fromisoformat(document["metadata"]["timestamp"]).timestamp() == int(source_date(ROOT))


def test_it_lists_what_is_needed_directly_and_all_that_this_needs(document):
    components = {each["bom-ref"]: each for each in document["components"]}
    needed = {each["ref"]: each.get("dependsOn", []) for each in document["dependencies"]}
    direct = {components[reference]["name"] for reference in needed[f"crm-mocks=={__version__}"]}
    expected = {each.name for each in declared() if each.group == ALWAYS and each.applies}
    assert {name.lower().replace("_", "-") for name in direct} == expected
    assert {reference for references in needed.values() for reference in references} == components.keys()


def test_each_component_has_version_and_licence(document):
    assert [each["name"] for each in document["components"] if not each.get("version")] == []
    assert [each["name"] for each in document["components"] if not each.get("licenses")] == []


def test_another_environment_gives_the_same_bytes(built, index_url, path):
    before = path.read_bytes()
    assert sbom.write(built, ROOT, index_url, extras=()).read_bytes() == before


def test_an_invalid_one_is_refused(built, tmp_path, monkeypatch):
    ours = {"bom-ref": "us", "name": "crm-mocks", "type": "no-such-type"}
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "metadata": {},
        "components": [ours],
        "dependencies": [],
    }
    monkeypatch.setattr(sbom.uv, "install", lambda *_: None)
    monkeypatch.setattr(sbom, "_of_environment", lambda *_: json.dumps(document))
    wheel = tmp_path / built.wheel.name
    wheel.write_bytes(b"")
    with pytest.raises(StepError, match=rf"crm_mocks-{__version__}.cdx.json is no valid SBOM: .*no-such-type"):
        sbom.write(Distributions(wheel, wheel), ROOT, "http://127.0.0.1:1/simple/")
    assert not list(tmp_path.glob("*.json"))
