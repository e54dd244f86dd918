"""The Dockerfile, built without a daemon, and the image as its users run it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.delivery.image import Builder, wait_until
from tests.delivery.programs import program
from tests.wheel import ROOT

NEEDED = ("apt-get", "buildah", "chroot", "dpkg", "ip", "nsenter", "unshare")
GRACE_SECONDS = 10
"""Time that `docker stop` gives a container before it kills it."""

ABSENT = [name for name in NEEDED if shutil.which(name) is None]
buildable = pytest.mark.skipif(
    bool(ABSENT) or os.geteuid() != 0, reason=f"needs root and {', '.join(ABSENT) or 'nothing else'}"
)


@pytest.fixture(scope="module")
def image(index_url, tmp_path_factory):
    folder = tmp_path_factory.mktemp("image")
    builder = Builder(folder)
    builder.make_base_image(folder / "base")
    yield builder.build(index_url)
    builder.run("umount", "--all")
    builder.run("rm", "--all")


@pytest.fixture(scope="module")
def container(image):
    with image.running() as container:
        yield container


def test_hadolint_finds_nothing():
    done = subprocess.run([program("hadolint"), ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_compose_file_conforms_to_its_schema():
    command = [program("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", ROOT / "compose.yaml"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@buildable
def test_the_image_becomes_healthy_and_answers(container):
    code = "from urllib.request import urlopen; print(urlopen('http://127.0.0.1:4010/').read().decode())"
    assert "config_api" in container.execute("python", "-c", code).stdout


@buildable
def test_its_processes_are_not_those_of_root(container):
    status = Path(f"/proc/{container.first_process}/status").read_text("utf-8")
    assert "\nUid:\t10001\t10001\t10001\t10001\n" in status


@buildable
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_before_docker_would_kill_it(image, number):
    with image.running() as container:
        os.kill(container.first_process, number)
        assert container.process.wait(GRACE_SECONDS) == 0


@buildable
def test_sigterm_ends_it_before_it_is_ready(image):
    with image.started() as container:
        os.kill(container.first_process, signal.SIGTERM)
        assert container.process.wait(GRACE_SECONDS) in (0, 128 + signal.SIGTERM)


@buildable
def test_orphans_are_reaped(container):
    before = container.processes()
    container.execute("sh", "-c", "(sh -c 'while [ ! -e /tmp/end ]; do sleep 0.1; done; exit 3' > /dev/null 2>&1 &)")
    assert len(container.processes()) > len(before)
    container.execute("touch", "/tmp/end")
    wait_until(lambda: container.processes() == before, "an orphan is left, running or as a zombie")


@buildable
def test_a_wrong_option_is_one_line(image):
    done = image.run("serve", "--nonsense")
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("crm-mocks: No such option")


@buildable
def test_it_runs_the_other_commands(image):
    assert image.run("lint", "config_api").returncode == 0


@buildable
def test_it_has_neither_the_sources_nor_caches(image):
    assert not (image.root / "src").exists()
    assert not (image.root / "root" / ".cache").exists()
    assert list((image.root / "var" / "lib" / "apt" / "lists").iterdir()) == []


@buildable
def test_its_user_cannot_change_the_programs(container):
    code = "import crm_mocks, os; print(os.access(crm_mocks.__path__[0], os.W_OK))"
    done = container.execute("setpriv", "--reuid=10001", "--clear-groups", "python", "-c", code)
    assert done.stdout == "False\n", done.stderr
