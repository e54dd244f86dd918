"""Building the image with buildah, which needs no daemon, and running it as process 1 of its own namespaces."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

from tests.delivery import base_image
from tests.wheel import ROOT

NOT_STARTED = "the image does not start"
_SETUP = """\
ip link set lo up
mount -t proc proc "$1/proc"
mount -t tmpfs tmpfs "$1/tmp"
mount -o bind /dev "$1/dev"
root=$1 user=$2 folder=$3
shift 3
exec chroot --userspec="$user:$user" "$root" env --ignore-environment --chdir="$folder" "$@"
"""


class Builder:
    """Images and containers in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.storage = ["--root", folder / "storage", "--runroot", folder / "run", "--storage-driver", "overlay"]

    def run(self, command: str, *arguments: str | Path) -> str:
        """Run a command of buildah and return what it printed."""
        done = subprocess.run(
            ["buildah", *self.storage, command, *arguments], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"buildah {command}:\n{done.stdout}\n{done.stderr}"
        return done.stdout.strip()

    def make_base_image(self, folder: Path) -> None:
        """Commit the stand-in for the base image."""
        base_image.make(folder)
        container = self.run("from", "scratch")
        self.run("add", "--quiet", container, folder, "/")
        self.run("config", "--env", "PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin", container)
        self.run("commit", "--quiet", "--rm", container, base_image.IMAGE)
        shutil.rmtree(folder)

    def build(self, index_url: str) -> Image:
        """Build the image of the Dockerfile, with packages of an index on loopback."""
        arguments = ["--build-arg", f"PYTHON={base_image.VERSION}", "--build-arg", f"PIP_INDEX_URL={index_url}"]
        self.run("build", "--pull-never", "--isolation=chroot", "--format=docker", *arguments, "--tag=crm-mocks", ROOT)
        container = self.run("from", "--pull-never", "localhost/crm-mocks")
        config = json.loads(self.run("inspect", "--type=image", "localhost/crm-mocks"))["Docker"]["config"]
        return Image(Path(self.run("mount", container)), config)


class Image:
    """The built image.

    Attributes:
        root: its mounted root file system.
        config: its configuration, as `docker inspect` shows it.
    """

    def __init__(self, root: Path, config: dict) -> None:
        self.root = root
        self.config = config

    def command(self, *arguments: str) -> list[str]:
        """Return the command that runs the image: process 1 is its entry point, as its user."""
        namespaces = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child"]
        setup = [
            "sh",
            "-ec",
            _SETUP,
            "sh",
            str(self.root),
            *(self.config[key] for key in ("User", "WorkingDir")),
            *self.config["Env"],
        ]
        return [*namespaces, *setup, *self.config["Entrypoint"], *(arguments or self.config["Cmd"])]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the image to its end, with arguments in place of its command."""
        return subprocess.run(self.command(*arguments), capture_output=True, text=True, timeout=60, check=False)

    @contextmanager
    def started(self):
        """Run the image in the background; yield it once process 1 has started its child."""
        with subprocess.Popen(self.command(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
            container = Container(process, self.config)
            try:
                wait_until(lambda: container.runs_its_command, NOT_STARTED, process)
                yield container
            finally:
                for number in _children(process.pid):
                    os.kill(int(number), signal.SIGKILL)  # the kernel ends all others of its namespace
                process.kill()

    @contextmanager
    def running(self):
        """Run the image in the background; yield it once it is healthy."""
        with self.started() as container:
            wait_until(container.is_healthy, NOT_STARTED, container.process)
            yield container


class Container:
    """A running image."""

    def __init__(self, process: subprocess.Popen, config: dict) -> None:
        self.process = process
        self.config = config

    @property
    def first_process(self) -> int:
        """The process that is number 1 inside, by its number outside."""
        return int(_children(self.process.pid)[0])

    @property
    def runs_its_command(self) -> bool:
        """Whether process 1 runs the entry point, and this has started the command."""
        children = _children(self.process.pid)
        program = Path(f"/proc/{children[0]}/comm").read_text("utf-8").strip() if children else ""
        return program == self.config["Entrypoint"][0] and bool(_children(self.first_process))

    def processes(self) -> list[str]:
        """Return the processes below process 1, by their numbers outside, those that have ended included."""
        return _descendants(self.first_process)

    def execute(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command inside, as `docker exec` does."""
        inside = ["nsenter", f"--target={self.first_process}", "--net", "--mount", "--pid", "--root", "--wd"]
        return subprocess.run(
            [*inside, "env", *self.config["Env"], *command], capture_output=True, text=True, timeout=30, check=False
        )

    def is_healthy(self) -> bool:
        """Run the health check of the image."""
        kind, *command = self.config["Healthcheck"]["Test"]
        assert kind == "CMD"
        return self.execute(*command).returncode == 0


def _children(number: int) -> list[str]:
    try:
        return Path(f"/proc/{number}/task/{number}/children").read_text("utf-8").split()
    except OSError:
        return []


def _descendants(number: int) -> list[str]:
    children = _children(number)
    return children + [each for child in children for each in _descendants(int(child))]


def wait_until(condition: Callable[[], object], failure: str, process: subprocess.Popen | None = None) -> None:
    """Wait until a condition is met; fail after a minute, or when a process that has to run has ended."""
    end = time.monotonic() + 60
    while not condition():
        assert process is None or process.poll() is None, process.communicate()[0].decode()
        assert time.monotonic() < end, failure
        time.sleep(0.05)
