"""connexion is imported without what serving does not use, and works as a whole all the same."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

UNUSED = ("requests", "httpx", "jinja2", "starlette.templating", "starlette.testclient")


def _run(script: str) -> str:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(importlib.util.find_spec("a2wsgi") is not None, reason="connexion's extra for Flask is installed")
def test_what_is_unused_is_not_imported_until_it_is_wanted() -> None:
    names = ("flask", *UNUSED)
    script = f"""
import importlib, sys
import crm_mocks
crm_mocks.create_app()
print([name for name in {names} if name in sys.modules])
print([importlib.import_module(name).__spec__.name for name in {names}])
"""
    assert _run(script).splitlines() == ["[]", str(list(names))]


def test_an_application_of_connexion_works_beside_the_mocks() -> None:
    """With a test client, and templates in its contract."""
    script = """
import pathlib, tempfile, warnings
import crm_mocks
crm_mocks.create_app()
import connexion
contract = '''
openapi: 3.0.3
info: {title: "{{ title }}", version: "1"}
paths:
  /toy:
    get: {operationId: builtins.dict, responses: {"200": {description: toy}}}
'''
warnings.simplefilter("ignore")  # of Starlette, about httpx
with tempfile.TemporaryDirectory() as folder:
    pathlib.Path(folder, "toy.yaml").write_text(contract)
    app = connexion.AsyncApp("toy", specification_dir=folder)
    app.add_api("toy.yaml", arguments={"title": "Toys"})
    print(app.test_client().get("/openapi.json").json()["info"]["title"])
"""
    assert _run(script) == "Toys\n"


def test_modules_that_are_in_use_are_left_alone() -> None:
    script = """
import flask, requests, httpx, jinja2
import crm_mocks
crm_mocks.create_app()
import connexion.frameworks.flask, connexion.json_schema, connexion.security, connexion.spec
print(connexion.frameworks.flask.flask is flask, connexion.json_schema.requests is requests)
print(connexion.security.httpx is httpx, connexion.spec.jinja2 is jinja2)
"""
    assert _run(script).split() == ["True"] * 4
