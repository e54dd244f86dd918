"""A stand-in for the base image `python:3.N-slim`, made of this machine's own files.

It has the files of Debian's essential packages, apt and certificates, and this Python in /usr/local, as the base image
does, and nothing else of this machine: a step that needs more fails as it would there.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
IMAGE = f"docker.io/library/python:{VERSION}-slim"
_STATUS = Path("/var/lib/dpkg/status")
_WANTED = ("apt", "ca-certificates", "debian-archive-keyring", "mawk", "netbase", "passwd", "tzdata")
_ACCOUNTS = Path("/usr/share/base-passwd")
_FOLDERS = (
    *("dev", "proc", "sys", "tmp", "root", "home", "etc/ssl", "var/log/apt", "var/tmp"),
    *("var/cache/apt/archives/partial", "var/lib/apt/lists/partial", "var/lib/dpkg/info", "var/lib/dpkg/updates"),
)
"""Folders that belong to no package."""

_UNUSED = ("__pycache__", "site-packages", "test", "config-*")


def make(root: Path) -> None:
    """Write the root file system into an empty folder."""
    packages = _packages()
    for name in ("bin", "lib", "lib64", "sbin"):
        root.joinpath("usr", name).mkdir(parents=True)
        root.joinpath(name).symlink_to(f"usr/{name}")
    listed = subprocess.run(["dpkg", "-L", *packages], check=True, capture_output=True, text=True).stdout
    files = [line for line in listed.splitlines() if line.startswith("/") and not line.startswith("/usr/share/doc")]
    _copy([file for file in files if Path(file).exists() or Path(file).is_symlink()], root)
    _write_state(root, packages)
    _copy_python(root)
    subprocess.run(["chroot", root, "ldconfig"], check=True)


def _packages() -> dict[str, str]:
    """Return the installed packages that a slim image has, with their paragraphs of dpkg's status."""
    paragraphs: dict[str, str] = {}
    for paragraph in _STATUS.read_text("utf-8").split("\n\n"):
        name = re.search(r"^Package: (.*)$", paragraph, re.MULTILINE)
        if name and "\nStatus: install ok installed" in paragraph:
            paragraphs.setdefault(name[1], paragraph)
    wanted = [name for name, paragraph in paragraphs.items() if "\nEssential: yes" in paragraph] + list(_WANTED)
    found: dict[str, str] = {}
    while wanted:
        name = wanted.pop()
        if name in found or name not in paragraphs:
            continue
        found[name] = paragraphs[name]
        for needed in re.findall(r"^(?:Pre-)?Depends: (.*)$", paragraphs[name], re.MULTILINE):
            wanted.extend(re.findall(r"[a-z0-9][a-z0-9+.-]+", re.sub(r"\(.*?\)|:\w+", "", needed)))
    return found


def _copy(files: list[str], root: Path) -> None:
    names = "\0".join(file.lstrip("/") for file in files if Path(file).is_symlink() or not Path(file).is_dir())
    command = (
        f"tar -C / --create --no-recursion --null --files-from=- | tar -C '{root}' --extract --keep-directory-symlink"
    )
    subprocess.run(["bash", "-o", "pipefail", "-c", command], input=names.encode(), check=True, capture_output=True)


def _write_state(root: Path, packages: dict[str, str]) -> None:
    """Write what the packages' scripts write: accounts, the lists of dpkg and apt, certificates, an empty /tmp."""
    for folder in _FOLDERS:
        root.joinpath(folder).mkdir(parents=True, exist_ok=True)
    root.joinpath("tmp").chmod(0o1777)
    for name in ("passwd", "group"):
        shutil.copy(_ACCOUNTS / f"{name}.master", root / "etc" / name)
    root.joinpath("etc/shadow").write_text("root:*:19000:0:99999:7:::\n", "utf-8")
    root.joinpath("var/lib/dpkg/status").write_text("\n\n".join(packages.values()) + "\n", "utf-8")
    for folder in ("apt", "ssl/certs"):
        shutil.copytree(f"/etc/{folder}", root / "etc" / folder, symlinks=True, dirs_exist_ok=True)
    for source in root.joinpath("etc/apt/sources.list.d").iterdir():
        if not source.name.startswith("debian"):
            source.unlink()  # sources that were added to this machine


def _copy_python(root: Path) -> None:
    """Copy this Python to /usr/local, without what was installed into it."""
    prefix, target = Path(sys.base_prefix), root / "usr" / "local"
    target.joinpath("bin").mkdir(parents=True, exist_ok=True)
    shutil.copy2(prefix / "bin" / f"python{VERSION}", target / "bin")
    for name in ("python", "python3"):
        target.joinpath("bin", name).symlink_to(f"python{VERSION}")
    library = Path("lib", f"python{VERSION}")
    shutil.copytree(prefix / library, target / library, symlinks=True, ignore=shutil.ignore_patterns(*_UNUSED))
    for shared in prefix.joinpath("lib").glob("libpython*.so*"):
        shutil.copy2(shared, target / "lib", follow_symlinks=False)
    modules = [str(path) for path in (target / library / "lib-dynload").glob("*.so")]
    needed = subprocess.run(["ldd", *modules], capture_output=True, text=True, check=False).stdout
    paths = {path for path in re.findall(r"=> (/\S+) \(", needed) if not path.startswith(str(prefix))}
    absent = sorted(path for path in paths if not root.joinpath(path.lstrip("/")).exists())
    _copy([str(Path(each).resolve()) for each in absent], root)
    for path in absent:
        link = root / path.lstrip("/")
        if not link.exists():
            link.symlink_to(Path(path).resolve().name)
