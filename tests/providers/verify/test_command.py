"""`crm-mocks verify`: usage errors, unusable responses, credentials, interruption and --safe."""

from __future__ import annotations

import itertools
import json
import signal
import subprocess
import time

import pytest
from click.testing import CliRunner

import crm_mocks
from crm_contracts.commands.verify import command
from crm_contracts.providers.verify.options import VerifyOptions
from crm_contracts.providers.verify.verification import verify
from crm_mocks.errors import UsageError
from crm_mocks.vendor import load_vendor, vendor_names
from tests.clients.stopping.process import patient_command
from tests.providers.verify.providers import echoing, provider, responding, sending, silent

VENDOR = vendor_names()[-1]
SECRET = "s3cret-of-the-user"


@pytest.fixture
def run():
    """Return a function that runs the command and returns the result of `click`."""

    def run(*arguments, **environment):
        return CliRunner().invoke(command, [VENDOR, *arguments], env=environment, standalone_mode=False)

    return run


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://127.0.0.1:1", "cannot be reached: Failed to establish a new connection"),
        ("http://nobody.invalid", "cannot be reached: "),
        ("ftp://127.0.0.1", "must be an http:// or https:// URL"),
        ("127.0.0.1:4010", "must be an http:// or https:// URL"),
        ("http://127.0.0.1:99999", "must be an http:// or https:// URL"),
        ("http://user:s3cret-of-the-user@127.0.0.1", "must not contain credentials"),
        ("http://127.0.0.1/?key=1", "must not have a query or fragment"),
    ],
)
def test_an_unreachable_provider_is_a_usage_error(url, message, run):
    done = run("--url", url, "--timeout", "2")
    assert isinstance(done.exception, UsageError)
    assert message in str(done.exception)
    assert "\n" not in str(done.exception)
    assert SECRET not in str(done.exception)


def test_an_untrusted_certificate_is_a_usage_error(run):
    with crm_mocks.serve([VENDOR], port=0, tls=True) as mocks:
        done = run("--url", mocks.url, "--phases", "scenarios")
        trusting = run("--url", mocks.url, "--phases", "scenarios", "--ca-file", str(mocks.ca_file))
    assert isinstance(done.exception, UsageError)
    assert "certificate verify failed" in str(done.exception)
    assert "--ca-file" in str(done.exception)
    assert trusting.return_value == 0, trusting.output


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_authorities_of_the_environment_are_trusted(variable, run):
    with crm_mocks.serve([VENDOR], port=0, tls=True) as mocks:
        done = run("--url", mocks.url, "--phases", "scenarios,examples", **{variable: str(mocks.ca_file)})
    assert done.return_value == 0, done.output


def test_a_provider_may_start_late(run, monkeypatch):
    attempts = itertools.count(1)

    def connect(*_):
        if next(attempts) < 3:
            raise UsageError("it cannot be reached")

    monkeypatch.setattr("crm_contracts.providers.verify.reachability._connect", connect)
    monkeypatch.setattr("crm_contracts.providers.verify.reachability._INTERVAL", 0)
    with crm_mocks.serve([VENDOR], port=0) as mocks:
        assert isinstance(run("--url", mocks.url, "--phases", "scenarios").exception, UsageError)
        assert run("--url", mocks.url, "--phases", "scenarios", "--wait", "60").return_value == 0


def test_nothing_checked_fails_unless_it_is_allowed(run):
    def run_safe(*options):
        with crm_mocks.serve(["activix"], port=0) as mocks:
            arguments = ["activix", "--url", mocks.url, "--safe", "--phases", "stateful", *options]
            return CliRunner().invoke(command, arguments, standalone_mode=False)

    done = run_safe()
    assert done.return_value == 1
    assert "nothing was checked" in done.output
    assert run_safe("--allow-no-requests").return_value == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--phases", "fuzzing,guessing"], "unknown phase 'guessing'"),
        (["--rate", "5"], "--rate 5: must be"),
        (["--credential", "nonsense"], "--credential takes NAME=VALUE"),
        (["--credential", "colour=s3cret-of-the-user"], "has no credential 'colour'"),
        (["--credentials", "nowhere.yaml"], "nowhere.yaml"),
        (["--set", "colour=red"], "'colour' is not a setting of"),
        (["--set", f"{VENDOR}.colour=red"], f"unknown setting '{VENDOR}.colour'"),
        (["--set", "host.cors=true"], "is not a setting of"),
        (["--ca-file", "nowhere.pem"], "nowhere.pem"),
        (["--data", "nowhere.yaml"], "nowhere.yaml"),
    ],
)
def test_a_wrong_option_is_a_usage_error(arguments, message, run):
    done = run("--url", "http://127.0.0.1:1", *arguments)
    assert isinstance(done.exception, UsageError), done.output
    assert message in str(done.exception)
    assert SECRET not in str(done.exception)


def test_an_unknown_vendor_is_a_usage_error():
    done = CliRunner().invoke(command, ["nobody", "--url", "http://127.0.0.1:1"], standalone_mode=False)
    assert isinstance(done.exception, UsageError)


NONSENSE = {
    "a proxy's error": (responding("502 Bad Gateway", b"<html>", Content_Type="text/html"), "undocumented-status"),
    "a page to log in": (responding("200 OK", b"<html>log in", Content_Type="text/html"), "mediaType"),
    "a redirect": (responding("302 Found", Location="http://127.0.0.1:1/"), "undocumented-status"),
    "deep nesting": (responding("200 OK", b"[" * 100_000, Content_Type="application/json"), "no-answer"),
    "garbage": (sending(b"\0\1\2 hello\r\n\r\n"), "no-answer"),
    "nothing": (sending(b""), "no-answer"),
    "silence": (silent, "no-answer"),
}


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_an_unusable_response_is_a_finding(nonsense, run):
    behaviour, rule = NONSENSE[nonsense]
    with provider(behaviour) as url:
        seconds = "0.3" if nonsense == "silence" else "60"
        done = run("--url", url, "--timeout", seconds, "--phases", "scenarios")
    assert done.exception is None
    assert done.return_value == 1
    assert rule in done.output
    assert f"curl {url}" in done.output.replace("-X POST ", "")


def test_a_provider_that_closes_connections_is_reported(run):
    with provider(sending(b"")) as url:
        done = run("--url", url, "--timeout", "60", "--phases", "scenarios,fuzzing", "--examples", "1")
    assert done.exception is None
    assert done.return_value == 1
    assert "the provider did not respond to 5 consecutive requests; no more were sent" in done.output


@pytest.mark.parametrize("vendor", [name for name in vendor_names() if load_vendor(name).credentials])
def test_echoed_credentials_are_redacted(vendor, tmp_path):
    credentials = dict.fromkeys(load_vendor(vendor).credentials, SECRET)
    (tmp_path / "credentials.yaml").write_text("".join(f"{name}: {value}\n" for name, value in credentials.items()))
    with provider(echoing) as url:
        options = ["--credentials", str(tmp_path / "credentials.yaml"), "--json", str(tmp_path / "json")]
        done = CliRunner().invoke(
            command, [vendor, "--url", url, "--phases", "scenarios", *options], standalone_mode=False
        )
    assert done.return_value == 1
    assert SECRET not in done.output
    assert SECRET not in (tmp_path / "json").read_text()


@pytest.mark.parametrize("vendor", vendor_names())
def test_refused_credentials_are_a_complaint(vendor):
    wrong = dict.fromkeys(load_vendor(vendor).credentials, "wrong")
    with crm_mocks.serve([vendor], port=0) as mocks:
        verified = verify(VerifyOptions(vendor, mocks[vendor].url, wrong, phases=("scenarios",)))
    if wrong:
        assert verified.verdict.complaints
        assert verified.verdict.exit_code() == 1
    assert verified.verdict.findings == ()


def test_an_operation_that_never_succeeds_is_a_complaint():
    with provider(responding("500 Internal Server Error", b"{}", Content_Type="application/json")) as url:
        verified = verify(VerifyOptions(VENDOR, url, {}, phases=("examples",), examples=1))
    assert any("failed; are the credentials right?" in complaint for complaint in verified.verdict.complaints)


def test_an_interruption_reports_the_observations_so_far(run, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("crm_contracts.providers.verify.phases.run", interrupted)
    with crm_mocks.serve([VENDOR], port=0) as mocks:
        done = run("--url", mocks.url, "--safe")
    assert done.return_value == 130
    assert "the verification was interrupted" in done.output
    assert "Statuses confirmed: 1" in done.output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_verification_with_130_and_its_reports(number, tmp_path):
    received = []

    def respond(connection, head):
        received.append(head)
        responding("404 Not Found", b"{}", Content_Type="application/json")(connection, head)

    options = ["--examples", "1000", "--rate", "5/s", "--json", str(tmp_path / "json")]
    with provider(respond) as url:
        process = subprocess.Popen(
            patient_command("verify", "config_api", "--url", url, *options),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        while process.poll() is None and len(received) < 3:
            time.sleep(0.05)
        process.send_signal(number)
        output, _ = process.communicate(timeout=120)
    assert process.returncode == 130, output
    assert b"the verification was interrupted" in output
    assert b"Traceback" not in output
    assert "the verification was interrupted" in json.loads((tmp_path / "json").read_text())["complaints"]


def _verified(vendor, **options):
    with crm_mocks.serve([vendor], port=0) as mocks:
        at = mocks[vendor]
        return verify(VerifyOptions(vendor, at.url, at.credentials, safe=True, **options))


def _safe(vendor):
    contract = load_vendor(vendor).contract_file.in_force(load_vendor(vendor).settings_type())
    for operation in contract.operations.values():
        node = contract.document["paths"][operation.path][operation.method.lower()]
        if operation.method == "GET" or node.get("x-creates-nothing"):
            yield operation.key


@pytest.mark.parametrize("vendor", vendor_names())
def test_safe_plays_only_scenarios_that_create_nothing(vendor):
    verified = _verified(vendor, phases=("scenarios",))
    assert {each.key for each in verified.verdict.operations if each.count} <= {*_safe(vendor)}
    assert verified.verdict.exit_code() == 0
    assert any("may not be called with --safe" in remark for remark in verified.verdict.not_applied)


def test_safe_calls_exactly_the_operations_that_create_nothing():
    verified = _verified(VENDOR, examples=2)
    assert {each.key for each in verified.verdict.operations if each.count} == {*_safe(VENDOR)}
    assert verified.verdict.exit_code() == 0
