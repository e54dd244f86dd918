"""`crm-mocks fuzz --shard`: what the command does with a part of the plan."""

from __future__ import annotations

from crm_mocks.errors import UsageError
from tests.clients.fuzz.conftest import Fuzzer


def test_stop_after_and_a_shard_exclude_each_other(fuzz: Fuzzer) -> None:
    done = fuzz("", "--shard", "1/2", "--stop-after", "3")
    assert isinstance(done.error, UsageError)
    assert str(done.error) == "--stop-after and --shard exclude each other: a shard runs all of its cases"


def test_count_is_the_number_of_all_shards_together(fuzz: Fuzzer) -> None:
    done = fuzz("", "--shard", "2/3", "-n", "50")
    assert (done.code, done.report["answers"], done.report["shard"]) == (0, 17, "2/3")
    assert done.out.splitlines()[0] == "Survived: 17 responses in shard 2/3"


def test_a_shard_without_responses_says_so_and_passes(fuzz: Fuzzer) -> None:
    done = fuzz("", "--shard", "2/2", "-n", "1")
    assert (done.code, done.report["answers"]) == (0, 0)
    assert done.out.startswith("Nothing to do: shard 2/2 has no response, since --count is less than the number of")
