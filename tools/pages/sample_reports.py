"""Reports of all commands about clients, providers and contracts with mistakes, made by the commands themselves.

The tests of pages open them, and `tools.pages.screenshots` takes pictures of them.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from crm_mocks.contract.source import directory
from tools.pages.sample_inputs import CLIENT, LIBRARY, NEW, OLD, WEAK_CLIENT, send_requests, traffic
from tools.pages.sample_providers import provider, receiver

REPORTS: Final = (
    *("run", "sweep", "fuzz", "verify", "push", "proxy"),
    *("check", "diff", "lint", "coverage", "history", "pytest"),
)
"""Names of the reports: commands, `coverage --history`, and pytest with the plugin."""

_REQUESTS: Final = directory().parent / "examples" / "config_api_requests"
_TIMEOUT: Final = 300.0


def make(folder: Path, assets: str = "inline", hostile: str = "nickname") -> None:
    """Write the report of each of `REPORTS` as `<name>.html`.

    Args:
        folder: folder of the files.
        assets: value of `--report-assets`.
        hostile: name of a member that a client of `check` sends.

    Raises:
        RuntimeError: a command did not write its report.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = {"client.py": CLIENT, "weak_client.py": WEAK_CLIENT, "traffic.har": traffic(hostile)}
    files |= {f"library-{values['version']}.yaml": LIBRARY.format(**values) for values in (OLD, NEW)}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    campaign = ("--vendor", "config_api", "--jobs", "2", "--timeout", "5")
    with provider() as provider_url, receiver() as receiver_url:
        arguments: dict[str, tuple[str, ...]] = {
            "fuzz": (
                *campaign,
                "-n",
                "10",
                "--stop-after",
                "5",
                "--persistent",
                "--",
                sys.executable,
                "weak_client.py",
            ),
            "sweep": (*campaign, "--json", "sweep.json", "--", sys.executable, "weak_client.py", "config"),
            "verify": ("config_api", "--url", provider_url, "--examples", "2", "--phases", "scenarios,examples"),
            "run": ("--json", "run.json", "--", sys.executable, "client.py"),
            "push": ("activix", "--to", f"{receiver_url}/activix/leads", "--examine"),
            "check": ("traffic.har",),
            "diff": ("library-1.yaml", "library-2.yaml"),
            "lint": ("library-2.yaml", "--strict"),
        }
        with ThreadPoolExecutor(2) as pool:
            running = [
                pool.submit(_run, folder, name, _PROGRAM, name, *_html(name, assets), *rest)
                for name, rest in arguments.items()
            ]
            running += [pool.submit(_pytest, folder, assets), pool.submit(_proxy, folder, provider_url, assets)]
            for each in running:
                each.result()
    for name, option in (("coverage", ()), ("history", ("--history",))):
        _run(folder, name, _PROGRAM, "coverage", *option, *_html(name, assets), "run.json", "sweep.json")


_PROGRAM: Final = str(Path(sys.executable).with_name("crm-mocks"))


def _html(name: str, assets: str) -> tuple[str, ...]:
    return "--report-assets", assets, "--html", f"{name}.html"


def _run(folder: Path, name: str, *command: str) -> None:
    """Run a command that writes a report.

    Raises:
        RuntimeError: it did not.
    """
    done = subprocess.run(  # noqa: S603  # our own command
        command, cwd=folder, capture_output=True, text=True, timeout=_TIMEOUT, check=False
    )
    if done.returncode not in (0, 1) or not (folder / f"{name}.html").exists():
        raise RuntimeError(f"{name}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}")


def _pytest(folder: Path, assets: str) -> None:
    tests = folder / "tests"
    shutil.copytree(_REQUESTS, tests, ignore=shutil.ignore_patterns("__pycache__"))
    text = (tests / "test_config_api_client.py").read_text(encoding="utf-8")
    (tests / "test_config_api_client.py").write_text(
        text.replace('MISTAKES[os.environ["MISTAKE"]]', "MISTAKES['local_date']").replace(
            'if "MISTAKE" in os.environ else ConfigApi', ""
        )
    )
    html = folder / "pytest.html"
    _run(
        tests.parent,
        "pytest",
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        str(tests),
        f"--crm-mocks-html={html}",
        f"--crm-mocks-report-assets={assets}",
        f"--rootdir={tests}",
    )


def _proxy(folder: Path, provider_url: str, assets: str) -> None:
    """Send requests through the proxy."""
    ready = folder / "proxy.json"
    command = (_PROGRAM, "proxy", "config_api", "--to", provider_url, "-p", "0", "--ready-file", str(ready))
    with subprocess.Popen(  # noqa: S603  # our own command
        (*command, *_html("proxy", assets)), cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        send_requests(json.loads(ready.read_text(encoding="utf-8"))["url"])
        process.terminate()
        output, _ = process.communicate(timeout=_TIMEOUT)
    if not (folder / "proxy.html").exists():
        raise RuntimeError(f"proxy: exit code {process.returncode}\n{output}")
