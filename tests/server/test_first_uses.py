"""What is slow to import is imported beside the event loop, so that its first use holds up no other client."""

from __future__ import annotations

import json
import subprocess
import sys

_SCRIPT = """
import json, sys, threading, httpx, crm_mocks

imported = []

class Watch:
    def find_spec(self, name, path=None, target=None):
        imported.append((threading.current_thread().name, name))

with crm_mocks.serve(port=0) as mocks:
    (loop,) = [each.name for each in threading.enumerate() if each.name.startswith("crm-mocks at ")]
    sys.meta_path.insert(0, Watch())
    for method, path, body in json.loads(sys.argv[1]):
        assert httpx.request(method, mocks.url + path, json=body).status_code < 500
print(json.dumps([[name for thread, name in imported if (thread == loop) is on_loop] for on_loop in (True, False)]))
"""
_FIRST_USES = [
    ("POST", "/__admin/sessions", {}),
    ("GET", "/__admin/version", None),
    ("GET", "/__admin/sample?operation=activix.createLead", None),
    ("GET", "/__admin/requests/har", None),
    ("POST", "/activix/leads", {"emails": 1}),
    ("GET", "/__admin/verdict", None),
    ("GET", "/__admin/verdict?format=html", None),
    ("GET", "/__admin/verdict?format=junit", None),
    ("GET", "/__admin/verdict?format=markdown", None),
    ("POST", "/__admin/findings", {}),
    ("POST", "/api/leads", 1),
    ("POST", "/crmapi/rest/v2/leads/create?__dynamic=true", {}),
    ("GET", "/__admin/records", None),
]
_SLOW = ("asgiref", "crm_contracts", "crm_mocks", "faker", "flask", "jinja2", "werkzeug")
_QUICK = ("crm_mocks.vendors.", "faker.providers.")  # a vendor's own module, one locale


def test_first_uses_import_nothing_slow_on_the_event_loop() -> None:
    arguments = [sys.executable, "-c", _SCRIPT, json.dumps(_FIRST_USES)]
    result = subprocess.run(arguments, check=True, capture_output=True, text=True, timeout=120)
    on_loop, beside = json.loads(result.stdout)
    assert [name for name in on_loop if name.startswith(_SLOW) and not name.startswith(_QUICK)] == []
    assert {"faker", "flask.app", "crm_contracts.judge.reports.verdict_report", "crm_contracts.report.html_page"} <= {
        *beside
    }
