"""The emulator's process: moto's own server, patched, on one loopback port."""

import logging
import os
import socket
import sys
import threading

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

from ml_platform.operations.stop import Stop
from rehearsal.emulated_aws.patches import apply_all

HOST = "127.0.0.1"


def serve(port: int, *, while_stdin_open: bool) -> None:
    """Print the endpoint on the first line of stdout, then answer until the process ends. ``port`` 0 takes a free one."""
    apply_all()
    # One line a request would bury the tracebacks of what moto cannot do.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    listener = _listen(port)
    server = make_server(
        HOST,
        port,
        DomainDispatcherApplication(create_backend_app),
        threaded=True,
        request_handler=MotoRequestHandler,
        fd=listener.fileno(),
    )
    if while_stdin_open:
        threading.Thread(target=_end_with_stdin, daemon=True).start()
    print(f"http://{HOST}:{listener.getsockname()[1]}", flush=True)
    server.serve_forever()


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(socket.SOMAXCONN)
    except OSError as error:
        raise Stop(f"Port {port} cannot be used ({error.strerror}): stop what uses it, or leave --port out to get a free one.") from None
    return listener


def _end_with_stdin() -> None:
    # The pipe closes however the parent ends, SIGKILL included.
    sys.stdin.buffer.read()
    os._exit(0)
