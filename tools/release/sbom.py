"""The software bill of materials of a release, in CycloneDX: what is installed with it on its day."""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.utils import canonicalize_name

from tools.dependencies.declared import ALWAYS, FOR_USERS, OURS, declared
from tools.release import uv
from tools.release.commands import BIN, StepError, run
from tools.release.distributions import Distributions, source_date

_SCHEMA: Final = SchemaVersion.V1_6


def write(built: Distributions, project: Path, index_url: str, extras: Collection[str] = FOR_USERS) -> Path:
    """Install a wheel with extras into an empty environment, and write the SBOM of that environment beside the wheel.

    The same versions always give the same bytes.

    Args:
        built: the wheel, and the sdist; the SBOM has the hashes of both.
        project: the checkout.
        index_url: URL of an index with the wheel.
        extras: the extras to install.

    Raises:
        StepError: something cannot be installed, or the SBOM is not valid.
    """
    path = built.wheel.with_name("-".join(built.wheel.name.split("-")[:2]) + ".cdx.json")
    with tempfile.TemporaryDirectory() as folder:
        environment = Path(folder, "environment")
        uv.install(environment, Path(sys.executable), index_url, f"{OURS}[{','.join(extras)}]")
        document = json.loads(_of_environment(environment, project))
    _make_subject(document, {each.name for each in declared() if each.group in (ALWAYS, *extras)})
    document["metadata"]["component"]["externalReferences"] = [_reference(file) for file in (built.wheel, built.sdist)]
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    if error := JsonStrictValidator(_SCHEMA).validate_str(text):
        raise StepError(f"{path.name} is no valid SBOM: {error}")
    path.write_text(text, "utf-8")
    return path


def _of_environment(environment: Path, project: Path) -> str:
    """Return the SBOM of all that is installed in an environment."""
    command = [BIN / "cyclonedx-py", "environment", "--output-reproducible", "--spec-version", _SCHEMA.to_version()]
    path = environment.with_name("sbom.json")
    epoch = {"SOURCE_DATE_EPOCH": source_date(project)}
    run([*command, "--output-file", path, environment / "bin" / "python"], project, epoch)
    return path.read_text("utf-8")


def _make_subject(document: dict[str, Any], direct: Collection[str]) -> None:
    """Make our package the subject of an SBOM; without this it is one of the components.

    The tool lists what any extra names as needed directly; what the extras for users do not name is left out.
    """
    (ours,) = (each for each in document["components"] if each["name"] == OURS)
    document["components"].remove(ours)
    document["metadata"]["component"] = ours
    names = {each["bom-ref"]: canonicalize_name(each["name"]) for each in document["components"]}
    for each in document["dependencies"]:
        if each["ref"] == ours["bom-ref"]:
            each["dependsOn"] = [reference for reference in each["dependsOn"] if names[reference] in direct]


def _reference(file: Path) -> dict[str, Any]:
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return {"type": "distribution", "url": file.name, "hashes": [{"alg": "SHA-256", "content": digest}]}
