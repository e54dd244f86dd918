"""Fuzzing client programs: what breaks them is found, and what does not is not."""

from __future__ import annotations

import json
import sys
import textwrap
from pathlib import Path

import pytest

from crm_mocks.errors import UsageError
from tests.clients.fuzz.conftest import CHEAP, ONCE, PROGRAM, STAYING, Fuzzed, Fuzzer, program


def test_a_client_without_weaknesses_survives(fuzz: Fuzzer) -> None:
    done = fuzz("", "-n", "300", "--prints", "^lead {body.id}$")
    assert done.out.splitlines()[0] == "Survived: 300 responses"
    assert (done.code, done.broken) == (0, [])


def test_what_the_client_reads_is_reported(reported: Fuzzed) -> None:
    assert reported.report["reads"] == {"config_api.createLead": ["body.id"]}


WEAK = """
if headers.get("Content-Length") is None: raise KeyError
assert set(body) <= {"id", "customerId", "uuid", "customerNumber"}
print(body.get("customerNumber", "none").split("-"))
assert headers["content-type"] == "application/json"
if raw[:1] != b"{": raise ValueError
"""


def test_each_weakness_is_found_and_shrunk_to_one_difference(fuzz: Fuzzer) -> None:
    done = fuzz(WEAK, "-n", "250")
    assert done.code == 1
    found = dict(done.broken)
    assert found["chunked body"] == "the body is chunked"
    assert found["unknown member"] == "body.unknownMember is an undocumented member"
    assert found["null handling"].startswith("body.customerNumber is null")
    assert found["headers"].startswith("Content-Type is ")
    assert found["white space"] == "an empty line around the body"
    assert {each["differences"] for each in done.report["weaknesses"]} == {1}


def test_a_value_that_is_printed_wrongly_is_found_where_the_user_says_what_is_right(fuzz: Fuzzer) -> None:
    done = fuzz('body["id"] = int(float(body["id"]))', "-n", "150", "--prints", "^lead {body.id}$", "--stop-after", "1")
    assert done.broken == [("number width", "body.id is 9007199254740993, above 2**53")]
    (failure,) = done.report["weaknesses"][0]["failures"]
    assert failure.startswith("did not print ^lead 9007199254740993$")


def test_a_client_that_calls_without_end_hangs(tmp_path: Path) -> None:
    endless = PROGRAM.replace(
        "    status, headers, raw = send()\n",
        "    status = 0\n    while status in (0, 502, 503): status, headers, raw = send(); time.sleep(0.05)\n",
    )
    done = Fuzzed(
        tmp_path,
        *CHEAP,
        *("--timeout", "3", "-n", "40", "--stop-after", "1", "--"),
        *(sys.executable, "-S", "-c", endless % "" + STAYING),
    )
    assert [name for name, _ in done.broken] == ["hang"]
    assert done.report["weaknesses"][0]["failures"] == ["still running after 3 s"]


def test_a_retry_that_stores_twice_is_found(tmp_path: Path) -> None:
    careless = PROGRAM.replace(
        "    status, headers, raw = send()\n",
        "    global BODY\n"
        "    status, headers, raw = send()\n"
        "    if not status:\n"
        "        BODY = BODY.replace(b'ada@', b'ada2@')\n"
        "        status, headers, raw = send()\n"
        "        BODY = BODY.replace(b'ada2@', b'ada@')\n",
    )
    done = Fuzzed(
        tmp_path, *CHEAP, "-n", "120", "--stop-after", "1", "--", sys.executable, "-S", "-c", careless % "" + STAYING
    )
    assert [name for name, _ in done.broken] == ["retry made a duplicate"]
    assert done.report["weaknesses"][0]["did"]["surplus"] == {"config_api.leads": 1, "config_api.customers": 1}


def test_a_program_that_is_started_for_each_run_is_fuzzed_too(tmp_path: Path) -> None:
    weak = program('if b"\\n" in raw[:1]: raise ValueError', ONCE)
    done = Fuzzed(tmp_path, "-n", "100", "--timeout", "60", "--stop-after", "1", "--", *weak)
    assert done.broken == [("white space", "an empty line around the body")]
    assert "ValueError" in done.report["weaknesses"][0]["did"]["output"]


@pytest.mark.parametrize(
    ("weak", "complaint"),
    [
        (
            'if body["uuid"] == "7d1c5a52-0c0f-4b39-9a35-6c0c6f3d1f0e": raise ValueError',
            "the client is not ready to be fuzzed: with the documented response 200 created_minimal of "
            "config_api.createLead, it ended by an uncaught error with exit code 1 (Python)",
        ),
        ("sys.exit(3)", "the baseline run failed with exit code 3"),
    ],
)
def test_a_client_that_fails_on_the_documented_answer_is_not_ready(fuzz: Fuzzer, weak: str, complaint: str) -> None:
    done = fuzz(weak)
    assert done.code == 1
    assert done.report["complaint"].startswith(complaint)
    assert done.out.splitlines()[0].startswith(f"Not fuzzed: {complaint}")


def test_a_client_that_breaks_at_times_is_flaky(fuzz: Fuzzer) -> None:
    done = fuzz("if number > 55: raise ValueError('tired')", "-n", "60", "--jobs", "1")
    assert (done.code, done.broken) == (0, [])
    (flaky,) = done.report["flaky"]
    assert (flaky["broke"], flaky["runs"]) == (1, 3)
    assert done.out.splitlines()[0] == "Survived: 60 responses; flaky with 1 response"


def test_the_same_is_tried_whatever_the_number_of_jobs(tmp_path: Path) -> None:
    weak = program('if body["id"] > 2**31: raise OverflowError')
    options = ("-n", "60", "--seed", "3", "--jobs")
    several = [Fuzzed(tmp_path, *CHEAP, *options, jobs, "--", *weak) for jobs in ("1", "4")]
    one, four = (each.report for each in several)
    assert one["seed"] == 3
    assert one["tried"] == four["tried"]
    assert [each["answer"] for each in one["weaknesses"]] == [each["answer"] for each in four["weaknesses"]] != []


def test_the_budget_may_be_one_of_time(fuzz: Fuzzer) -> None:
    done = fuzz("time.sleep(0.01)", "-n", "1000000", "--seconds", "15")
    assert done.code == 0
    assert 0 < done.report["answers"] < 10_000
    (line,) = done.report["cut_short"]
    assert line.endswith("of 1000000 responses were generated")
    assert line in done.out.replace("\n      ", " ")


def test_enough_weaknesses_are_enough(fuzz: Fuzzer) -> None:
    done = fuzz('body["uuid"].upper(); body["customerNumber"].upper()', "-n", "300", "--stop-after", "2")
    assert len(done.report["groups"]) == 2
    assert "the limit of --stop-after 2 is reached: there may be more weaknesses" in done.report["notes"]


def test_an_earlier_failure_is_given_first(reported: Fuzzed, fuzz: Fuzzer) -> None:
    earlier = reported.report["weaknesses"][0]["reproduction"]
    still = fuzz('if body["id"] > 2**31: raise OverflowError', "-n", "60", "--stop-after", "1", "--from", earlier)
    (weakness,) = still.report["weaknesses"]
    assert (weakness["found_by"], weakness["answer"]) == (0, reported.report["weaknesses"][0]["answer"])
    mended = fuzz("", "-n", "60", "--from", earlier)
    assert (mended.code, len(mended.report["survived"])) == (0, 1)


def test_an_earlier_failure_that_is_found_again_counts_once(reported: Fuzzed, fuzz: Fuzzer) -> None:
    earlier = reported.report["weaknesses"][0]["reproduction"]
    done = fuzz('if body["id"] > 2**31: raise OverflowError', "-n", "120", "--from", earlier)
    answers = [each["answer"] for each in done.report["weaknesses"]]
    assert answers.count(reported.report["weaknesses"][0]["answer"]) == 1


def test_an_earlier_failure_of_an_operation_that_is_not_called_is_not_survived(
    reported: Fuzzed, fuzz: Fuzzer, tmp_path: Path
) -> None:
    document = json.loads(Path(reported.report["weaknesses"][0]["reproduction"]).read_text("utf-8"))
    file = tmp_path / "other.json"
    file.write_text(json.dumps({**document, "operation": "config_api.getLeadConfig"}))
    done = fuzz("", "-n", "30", "--from", str(file))
    assert done.report["survived"] == []
    assert any("did not call config_api.getLeadConfig" in note for note in done.report["notes"])


def test_a_client_that_calls_in_its_first_run_only_is_not_ready(tmp_path: Path) -> None:
    once = program(ending=STAYING.replace("main(number)", "main(number) if number == 1 else 0"))
    done = Fuzzed(tmp_path, *CHEAP, "--jobs", "1", "--", *once)
    assert done.code == 1
    assert done.report["complaint"].endswith("it called config_api.createLead in its baseline run, and never again")


def test_operations_may_be_chosen(fuzz: Fuzzer) -> None:
    done = fuzz("", "--operation", "config_api.getLeadConfig")
    assert "calls nothing of config_api.getLeadConfig in its baseline run" in done.report["complaint"]


def test_a_crash_that_does_not_show_is_noted(tmp_path: Path) -> None:
    crashing = PROGRAM.replace("LOST, REFUSED = 75, 65", "LOST, REFUSED = 1, 1") % ""
    done = Fuzzed(tmp_path, *CHEAP, "-n", "60", "--", sys.executable, "-S", "-c", crashing + STAYING)
    assert done.code == 0
    assert any("so that a crash may go unnoticed" in note for note in done.report["notes"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--expect", "nulls=75"), "'nulls' is no class"),
        (("--prints", "{body.id}("), "is no regular expression"),
        (("--from", "no-such-file.json"), "cannot read the reproduction no-such-file.json"),
        (("--operation", "config_api.nothing"), "unknown operation 'config_api.nothing'"),
        (("--timeout", "600"), "--timeout 600: a run may take 595 s at the most"),
        (("--ready-line", " "), "--ready-line takes a string"),
        (("--set", "config_api.nothing=1"), "nothing"),
    ],
)
def test_a_wrong_option_is_reported_before_any_run(fuzz: Fuzzer, options: tuple[str, ...], message: str) -> None:
    done = fuzz("", *options)
    assert isinstance(done.error, UsageError)
    assert message in str(done.error)


@pytest.mark.parametrize("text", ["[]", "{}", '{"metadata": {}, "operation": 3}', "no JSON"])
def test_a_file_that_is_no_reproduction_is_refused(fuzz: Fuzzer, tmp_path: Path, text: str) -> None:
    file = tmp_path / "other.json"
    file.write_text(text)
    assert isinstance(fuzz("", "--from", str(file)).error, UsageError)


def test_an_earlier_failure_of_an_operation_that_there_is_not_is_refused(
    reported: Fuzzed, fuzz: Fuzzer, tmp_path: Path
) -> None:
    document = json.loads(Path(reported.report["weaknesses"][0]["reproduction"]).read_text("utf-8"))
    file = tmp_path / "other.json"
    file.write_text(json.dumps({**document, "operation": "config_api.nothing"}))
    assert "unknown operation 'config_api.nothing'" in str(fuzz("", "--from", str(file)).error)


def test_what_is_found_is_reported_though_its_reproduction_cannot_be_written(fuzz: Fuzzer, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    weak = ('if body["id"] > 2**31: raise OverflowError', "-n", "120", "--stop-after", "1")
    done = fuzz(*weak, "--failures", str(tmp_path / "file" / "folder"))
    assert done.code == 1
    assert "cannot make the folder" in done.err
    assert done.report["weaknesses"][0]["reproduction"] is None
    assert done.out.splitlines()[0].startswith("Broken in 1 place")


def test_what_was_done_is_reported_though_the_client_does_not_start_again(tmp_path: Path) -> None:
    started = tmp_path / "started"
    beginning = f"""
if os.path.exists({str(started)!r}): sys.exit("not again")
open({str(started)!r}, "w").close()
"""
    client = program('if body["id"] > 2**31: raise OverflowError', beginning + STAYING)
    done = Fuzzed(tmp_path, *CHEAP, "-n", "120", "--jobs", "1", "--", *client)
    assert "ended with exit code 1: with --persistent it must print a line 'ready'" in str(done.error)
    assert done.report["baseline_run"]["code"] == 0
    assert done.report["tried"]
    assert done.out.splitlines()[0].startswith("Interrupted. ")


def test_a_client_that_is_never_ready_is_refused(tmp_path: Path) -> None:
    done = Fuzzed(tmp_path, *CHEAP, "--", sys.executable, "-S", "-c", textwrap.dedent("print('hello')"))
    assert "must print a line 'ready' when it waits for a run" in str(done.error)


def test_the_documented_answers_are_those_of_the_settings_in_force(tmp_path: Path) -> None:
    client = """
import http.client, json, os, sys
from urllib.parse import urlsplit

address = urlsplit(os.environ["CRM_MOCKS_CRMCOM_URL"])
BODY = json.dumps({"username": "demo", "password": "demo", "organisation": "demo"})
print("ready", flush=True)
for _ in sys.stdin:
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60.0)
    try:
        connection.request("POST", "/crmapi/rest/v2/authentication/token", BODY, {"content-type": "application/json"})
        answer = connection.getresponse()
        code = 0 if json.loads(answer.read())["status"]["code"] == "OK" else 65
    except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError):
        code = 75
    print("ready", code, flush=True)
"""
    settings = ("--set", "crmcom.release=R11.0.0", "--set", "crmcom.error_status=4xx")
    options = ("--persistent", "--timeout", "60", "--vendor", "crmcom", "-n", "40", *settings)
    done = Fuzzed(tmp_path, *options, "--", sys.executable, "-S", "-c", client)
    assert done.report["baseline_run"]["outcomes"] == {"crmcom.createToken": ["hex_token_issued"]}
    example = {each["status"] for each in done.report["tried"] if each["kind"] == "as documented"}
    assert example == {200, 400, 401, 500}
