"""Fork server: imports what the product and its tests need, then forks once for each program.

Usage: python -m tests.forkserver.server ADDRESS
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import random
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
from typing import NoReturn

BASE = sys.path[1:]
AT_START = ("PYTHONHASHSEED", "PYTHONWARNINGS", "PYTHONDEVMODE", "PYTHONSAFEPATH", "PYTHONOPTIMIZE")
"""Variables that Python reads only as it starts."""
UNUSED = ("crm_contracts.providers.verify", "crm_contracts.pages")
"""Packages that take long to import, and that few programs need."""


@dataclass(frozen=True)
class Program:
    """What a client asks for.

    Attributes:
        arguments: of `python`.
        folder: working directory.
        environment: all of it.
        files: open files that become 0, 1 and 2.
    """

    arguments: list[str]
    folder: str
    environment: dict[str, str]
    files: list[int]


def preload() -> None:
    """Import what programs need; leave no thread behind."""
    import crm_contracts
    import crm_mocks

    for name in ("pytest", "httpx", "requests", "xdist.plugin"):
        importlib.import_module(name)
    for module in pkgutil.walk_packages(crm_contracts.__path__, "crm_contracts."):
        if not module.name.startswith(UNUSED) and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
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
            return supervise(connection)
        connection.close()
        reap()


def reap() -> None:
    """Take note of the supervisors that have ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def supervise(connection: socket.socket) -> Program:
    """Fork for the program, and report its end; kill it if the client has gone."""
    program = receive(connection)
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


def receive(connection: socket.socket) -> Program:
    """Return what the client asks for."""
    head, files, _, _ = socket.recv_fds(connection, 8, 3)
    with connection.makefile("rb") as stream:
        arguments, folder, environment = json.loads(stream.read(int.from_bytes(head, "big")))
    return Program(arguments, folder, environment, files)


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
        os.execv(sys.executable, [sys.executable, *program.arguments])
    for name in [name for name in sys.modules if name.partition(".")[0] == "tests"]:
        del sys.modules[name]
    time.tzset()
    random.seed()
    tempfile.tempdir = None
    sys.dont_write_bytecode = bool(os.environ.get("PYTHONDONTWRITEBYTECODE"))
    sys.pycache_prefix = os.environ.get("PYTHONPYCACHEPREFIX")
    given = [each for each in os.environ.get("PYTHONPATH", "").split(os.pathsep) if each]
    sys.path[:] = ["", *given, *(each for each in BASE if each not in given)]
    sys.path_importer_cache.clear()


def main_of(arguments: list[str]) -> Callable[[], None]:
    """Return what runs the program of `python ARGUMENTS`; replace this process where only a new one can run it."""
    match arguments:
        case ["-m", name, *rest]:
            import runpy

            sys.argv[:] = [name, *rest]
            sys.path[0] = os.getcwd()
            return lambda: runpy._run_module_as_main(name)  # type: ignore[attr-defined]  # what `python -m` does
        case ["-c", text, *rest]:
            sys.argv[:] = ["-c", *rest]
            code = compile(text, "<string>", "exec")
        case [name, *rest] if not name.startswith("-"):
            sys.argv[:] = [name, *rest]
            sys.path[0] = str(Path(name).resolve().parent)
            code = compile(Path(name).read_bytes(), name, "exec")
        case _:
            os.execv(sys.executable, [sys.executable, *arguments])
    module = types.ModuleType("__main__")
    module.__dict__["__builtins__"] = __builtins__
    if sys.argv[0] != "-c":
        module.__file__ = sys.argv[0]
    sys.modules["__main__"] = module
    return lambda: exec(code, module.__dict__)


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
    except BaseException as error:
        hidden = error.__traceback__ and error.__traceback__.tb_next
        sys.excepthook(type(error), error, hidden and hidden.tb_next)
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
