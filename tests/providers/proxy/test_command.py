"""`crm-mocks proxy` on the command line."""

from __future__ import annotations

import json
import signal
import subprocess
from contextlib import contextmanager

import httpx
import pytest
import yaml
from click.testing import CliRunner

import crm_mocks
from crm_contracts.commands.proxy import command
from crm_mocks.errors import UsageError
from tests.clients.stopping.process import patient_command
from tests.server.serving import any_vendor, first_path
from tests.vendors.discovery import Variant, causes

VENDOR = any_vendor()
PATH = first_path(VENDOR)


@pytest.fixture(scope="module")
def provider():
    with crm_mocks.serve((VENDOR,), port=0) as mocks:
        yield mocks.url


@contextmanager
def running(*arguments):
    """Run a proxy as a process; yield it and its URL once it is ready."""
    command_line = patient_command("proxy", VENDOR, "--port", "0", *arguments)
    with subprocess.Popen(command_line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().removeprefix("ready ").strip()
        finally:
            process.kill()


def stopped(process, signal_number):
    """Send a signal to a process; return its exit code and what it printed."""
    process.send_signal(signal_number)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def test_sigint_stops_it_and_writes_all_reports(provider, tmp_path):
    files = {name: tmp_path / name for name in ("cassette", "json", "junit", "html", "markdown", "ready-file")}
    options = [word for name, path in files.items() for word in (f"--{name}", str(path))]
    with running("--to", provider, *options) as (process, url):
        details = json.loads(files["ready-file"].read_text("utf-8"))
        assert (details["url"], details["pid"], details["vendors"][VENDOR]["url"]) == (url, process.pid, url)
        files["ready-file"].rename(tmp_path / "details")  # it is removed at the end
        files["ready-file"] = tmp_path / "details"
        httpx.post(url + PATH, content=b"no json", headers={"Authorization": "Bearer s3cr3t-token"})
        code, out, err = stopped(process, signal.SIGINT)
    assert code == 1
    assert f"client  {VENDOR}." in err
    assert "Traceback" not in err
    assert "Broken by the client" in out
    assert json.loads(files["json"].read_text("utf-8"))["verdict"] == "broken"
    assert len(yaml.safe_load(files["cassette"].read_text("utf-8"))["interactions"]) == 1
    texts = [out, err, *(path.read_text("utf-8") for path in files.values())]
    assert all(texts)
    assert not any("s3cr3t-token" in text for text in texts)


def test_sigterm_stops_it_with_exit_code_0_if_nothing_was_broken(provider):
    with running("--to", provider) as (process, url):
        operation = next(iter(Variant(VENDOR).operations()))
        request = causes(VENDOR).VALID[operation.id](None)  # a first request needs nothing from the mock
        assert httpx.request(**{**request, "url": url + request["url"]}).status_code == 200
        code, out, err = stopped(process, signal.SIGTERM)
    assert (code, err) == (0, "")
    assert "Contract kept: 1 exchange" in out


def test_an_unused_proxy_fails_the_run(provider):
    with running("--to", provider) as (process, _):
        code, out, err = stopped(process, signal.SIGTERM)
    assert code == 1
    assert err == ""
    assert "Contract not checked" in out
    assert "nothing was checked: no request came" in out


def test_an_unused_proxy_may_be_allowed(provider):
    with running("--to", provider, "--allow-no-requests") as (process, _):
        assert stopped(process, signal.SIGTERM)[0] == 0


def refused(*arguments):
    """Return the error message of an invalid command line, run in this process."""
    done = CliRunner().invoke(command, [VENDOR, "--port", "0", *arguments])
    assert isinstance(done.exception, UsageError), done.output
    assert done.stdout == ""
    return str(done.exception)


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("crm.example.com", "--to must be an http:// or https:// URL with a host"),
        ("ftp://crm.example.com", "--to must be an http:// or https:// URL with a host"),
        ("http://", "--to must be an http:// or https:// URL with a host"),
        ("http://u:p@crm.example.com", "--to must not contain credentials: the client sends its own"),
        (
            "http://crm.example.com/?a=1",
            "--to must not have a query or fragment: the contract's paths are appended to it",
        ),
    ],
)
def test_an_invalid_provider_url_is_a_usage_error(to, why):
    assert refused("--to", to) == why


@pytest.mark.parametrize("option", ["--cassette", "--ready-file", "--ca-file", "--tls-cert", "--config"])
def test_an_unusable_file_is_a_usage_error_that_names_it(provider, tmp_path, option):
    assert str(tmp_path / "missing" / "file") in refused("--to", provider, option, str(tmp_path / "missing" / "file"))


def test_a_ca_file_without_certificates_is_a_usage_error(provider, tmp_path):
    (tmp_path / "ca.pem").write_text("nothing", "utf-8")
    assert "cannot read certificates from --ca-file" in refused("--to", provider, "--ca-file", str(tmp_path / "ca.pem"))


def test_an_unknown_setting_is_a_usage_error(provider):
    assert "nonsense" in refused("--to", provider, "--set", f"{VENDOR}.nonsense=1")


def test_an_unknown_vendor_is_a_usage_error(provider):
    done = CliRunner().invoke(command, ["nobody", "--to", provider])
    assert isinstance(done.exception, UsageError)
    assert "nobody" in str(done.exception)


def test_other_reports_are_written_if_one_cannot_be(provider, tmp_path):
    options = ("--json", str(tmp_path / "missing" / "r.json"), "--junit", str(tmp_path / "r.xml"))
    with running("--to", provider, *options) as (process, _):
        code, out, err = stopped(process, signal.SIGTERM)
    assert code == 1  # nothing was checked, which matters more
    assert "crm-mocks: cannot write the --json report" in err
    assert "not checked" in out
    assert (tmp_path / "r.xml").exists()
