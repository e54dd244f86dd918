"""Have the fork server run a Python program, and end as it ends.

Usage: client.py ADDRESS [ARGUMENT OF python]...
"""

import json
import os
import signal
import socket
import sys


def main() -> None:
    """Send arguments, folder, environment and open files to the server; pass signals on; take over the exit status."""
    passed_on = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
    signal.pthread_sigmask(signal.SIG_BLOCK, passed_on)  # the program may be running before its number is here
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(sys.argv[1])
    # The folder is not had from pathlib, which takes long to import.
    asked = json.dumps([sys.argv[2:], os.getcwd(), dict(os.environ)]).encode()  # noqa: PTH109  # pathlib imports slowly
    socket.send_fds(connection, [len(asked).to_bytes(8, "big")], [0, 1, 2])
    connection.sendall(asked)
    process = int.from_bytes(connection.recv(8), "big")
    for number in passed_on:
        signal.signal(number, lambda number, _: os.kill(process, number))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, passed_on)
    code = os.waitstatus_to_exitcode(int.from_bytes(connection.recv(8), "big"))
    if code < 0:
        if -code != signal.SIGKILL:
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)


if __name__ == "__main__":
    main()
