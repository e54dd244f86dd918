"""Fork server: imports what the product and its tests need, then forks once for each program.

Usage: python -m tests.forkserver.server ADDRESS
"""

from __future__ import annotations

import atexit
import builtins
import contextlib
import functools
import gc
import importlib
import itertools
import json
import os
import pkgutil
import random
import runpy
import select
import signal
import socket
import sys
import tempfile
import threading
import time
import types
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

BASE = sys.path[1:]
PYTHON = sys.executable
HOOKS = "crm_contracts.providers.verify."
"""Package with modules that register with schemathesis when they are imported."""
AT_START = ("PYTHONHASHSEED", "PYTHONWARNINGS", "PYTHONDEVMODE", "PYTHONSAFEPATH", "PYTHONOPTIMIZE")
"""Variables that Python reads only as it starts."""


@dataclass(frozen=True)
class Program:
    """What a client asks for.

    Attributes:
        arguments: of `python`.
        folder: working directory.
        environment: all of it.
        files: open files that become 0, 1 and 2.
        python: interpreter of the programs that tests start.
    """

    arguments: list[str]
    folder: str
    environment: dict[str, str]
    files: list[int]
    python: str


def preload() -> None:
    """Import what programs need; leave no thread behind."""
    import crm_contracts
    import crm_mocks

    for name in ("pytest", "httpx", "requests", "xdist.plugin"):
        importlib.import_module(name)
    with contextlib.suppress(ModuleNotFoundError):  # without the extra `verify`
        importlib.import_module("schemathesis.cli")
    for module in pkgutil.walk_packages(crm_contracts.__path__, "crm_contracts."):
        if not module.name.endswith("__main__") and not module.name.startswith(HOOKS):
            importlib.import_module(module.name)
    for limit in ("connect", "read", "write", "pool"):  # 5 seconds are too few on a busy machine
        setattr(sys.modules["httpx"]._config.DEFAULT_TIMEOUT_CONFIG, limit, 60.0)
    with crm_mocks.serve(port=0):
        pass
    for name, module in sys.modules.items():  # pytest would warn that it comes too late to rewrite their assertions
        if "." not in name or name in ("crm_contracts.pytest_plugin", "xdist.plugin"):
            module.__doc__ = f"{module.__doc__} PYTEST_DONT_REWRITE"
    assert threading.active_count() == 1


def serve(address: str) -> Program:
    """Fork for each client; return in the process that is to run a program."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen(64)
    print("ready", flush=True)
    gc.collect()
    gc.freeze()
    while True:
        ready, _, _ = select.select([listener, 0], [], [])
        if 0 in ready:
            os._exit(0)
        connection, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            return supervise(connection, str(Path(address).with_name("python")))
        connection.close()
        reap()


def reap() -> None:
    """Take note of the supervisors that have ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def supervise(connection: socket.socket, python: str) -> Program:
    """Fork for the program, and report its end; kill it if the client has gone."""
    program = receive(connection, python)
    process = os.fork()
    if process == 0:
        connection.close()
        return program
    for file in program.files:
        os.close(file)
    connection.sendall(process.to_bytes(8, "big"))
    ended = os.pidfd_open(process)
    ready, _, _ = select.select([connection, ended], [], [])
    if ended not in ready:
        os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    if ended in ready:
        connection.sendall(status.to_bytes(8, "big"))
    os._exit(0)


def receive(connection: socket.socket, python: str) -> Program:
    """Return what the client asks for."""
    head, files, _, _ = socket.recv_fds(connection, 8, 3)
    with connection.makefile("rb") as stream:
        arguments, folder, environment = json.loads(stream.read(int.from_bytes(head, "big")))
    return Program(arguments, folder, environment, files, python)


def become(program: Program) -> None:
    """Take over files, folder and environment, as a new process would have them."""
    os.setpgid(0, 0)
    for number, file in enumerate(program.files):
        os.dup2(file, number)
        os.close(file)
    os.chdir(program.folder)
    os.environ.clear()
    os.environ.update(program.environment)
    if any(name in os.environ for name in AT_START):
        os.execv(PYTHON, [PYTHON, *program.arguments])
    for name in [name for name in sys.modules if name.partition(".")[0] == "tests"]:
        del sys.modules[name]
    time.tzset()
    random.seed()
    tempfile.tempdir = None
    sys.executable = program.python
    sys.dont_write_bytecode = bool(os.environ.get("PYTHONDONTWRITEBYTECODE"))
    sys.pycache_prefix = os.environ.get("PYTHONPYCACHEPREFIX")
    given = [each for each in os.environ.get("PYTHONPATH", "").split(os.pathsep) if each]
    sys.path[:] = [*given, *(each for each in BASE if each not in given)]
    sys.path_importer_cache.clear()


def main_of(arguments: list[str]) -> Callable[[], None]:
    """Return what runs the program of `python ARGUMENTS`; replace this process where only a new one can run it."""
    options = list(itertools.takewhile(("-P", "-u").__contains__, arguments))
    match arguments[len(options) :]:
        case ["-m", name, *rest]:
            first, sys.argv[:] = str(Path.cwd()), [name, *rest]
            main = functools.partial(runpy._run_module_as_main, name)  # type: ignore[attr-defined]  # as `python -m`
        case ["-c", text, *rest]:
            first, sys.argv[:] = "", ["-c", *rest]
            main = functools.partial(exec, compile(text, "<string>", "exec"), main_module())
        case [name, *rest] if Path(name).is_file():
            first, sys.argv[:] = str(Path(name).resolve().parent), [name, *rest]
            file = str(Path(name).absolute())
            main = functools.partial(exec, compile(Path(file).read_bytes(), file, "exec"), main_module(__file__=file))
        case _:
            os.execv(PYTHON, [PYTHON, *arguments])
    if "-P" not in options:
        sys.path.insert(0, first)
    return main


def main_module(**attributes: str) -> dict[str, Any]:
    """Return the names of a fresh `__main__`."""
    module = types.ModuleType("__main__")
    module.__dict__.update(attributes, __builtins__=builtins)
    sys.modules["__main__"] = module
    return module.__dict__


def run(program: Program) -> int:
    """Run a program, and return its exit code; its exceptions leave a traceback without the fork server in it."""
    become(program)
    main = main_of(program.arguments)
    try:
        main()
    except SystemExit as error:
        if error.code is None or isinstance(error.code, int):
            return error.code or 0
        print(error.code, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001  # as Python does at the top
        beyond = error.__traceback__ and error.__traceback__.tb_next
        sys.excepthook(type(error), error.with_traceback(beyond), beyond)
        return 1
    return 0


def leave(code: int) -> NoReturn:
    """End as Python does, but without clearing all modules, which takes longer than many a program."""
    threading._shutdown()  # type: ignore[attr-defined]  # waits for threads, as the end of Python does
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code & 0xFF)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    preload()
    leave(run(serve(sys.argv[1])))
