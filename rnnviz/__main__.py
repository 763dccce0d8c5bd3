"""The command ``rnnviz``, also ``python -m rnnviz``: opens the app from any folder."""

from __future__ import annotations

import argparse
import importlib
import os
import socket
import sys
import threading
from collections.abc import Sequence
from importlib.util import find_spec
from typing import NoReturn

from rnnviz import __version__
from rnnviz.shipped_files import shipped_path

# What the app needs beside the library: the extra "app" of pyproject.toml, by the name of the module.
APP_NEEDS = {"streamlit": "streamlit>=1.67,<2", "latex2mathml": "latex2mathml>=3.77"}
SUMMARY = "See inside recurrent neural networks, one time step at a time: opens the app in the browser."
EPILOG = """\
The app is served at http://localhost:8501, or at the next free port, to this machine alone; --address 0.0.0.0 serves
it to the network. Ctrl+C ends it. Streamlit's other settings are read from the environment: STREAMLIT_SERVER_PORT=80
is --port 80."""
FILE_HELP = "a model to open: a PyTorch state dict, safetensors, .npz, ONNX or Keras"


def _port(text: str) -> str:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to 65535, not {text!r}")
    return text


def _address(text: str) -> str:
    try:
        socket.create_server((text, 0), family=socket.AF_INET6 if ":" in text else socket.AF_INET).close()
    except (OSError, UnicodeError):
        raise argparse.ArgumentTypeError(f"this machine has no address {text!r} to serve at") from None
    return text


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}. {self.prog} --help says what there is.\n")


def parser() -> argparse.ArgumentParser:
    parser = _Parser("rnnviz", description=SUMMARY, epilog=EPILOG, allow_abbrev=False)
    parser.add_argument("file", nargs="?", help=FILE_HELP)
    parser.add_argument("--given", action="store_true", help=argparse.SUPPRESS)  # by rnnviz.open, through a pipe
    parser.add_argument("--port", type=_port, help="the port to serve at; it must be free (default: from 8501 on)")
    parser.add_argument("--address", type=_address, default="localhost", help="the address to serve at (%(default)s)")
    parser.add_argument("--path", metavar="PATH", help="serve below this path, for a proxy that passes it on")
    parser.add_argument("--no-browser", action="store_true", help="serve only, open no browser")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    return parser


def streamlit_arguments(chosen: argparse.Namespace) -> list[str]:
    """What Streamlit is run with.

    The settings that the app is shipped with are not among them: Streamlit reads .streamlit/config.toml from the folder
    of the script that it runs, wherever it is run from. It also puts that folder first on its own process's path, so
    ``import pages`` finds the pages of the app there and in no other process.
    """
    arguments = ["run", str(shipped_path("app.py")), "--server.address", chosen.address]
    if chosen.port:
        arguments += ["--server.port", chosen.port]
    if chosen.path:
        arguments += ["--server.baseUrlPath", chosen.path]
    if chosen.no_browser:
        arguments += ["--server.headless", "true"]
    return arguments


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until interrupted; ends the process with a sentence where that cannot be."""
    chosen = parser().parse_args(arguments)
    missing = [name for name in APP_NEEDS if find_spec(name) is None]
    if missing:
        wanted = " ".join(f'"{APP_NEEDS[name]}"' for name in missing)
        sys.exit(
            f"rnnviz: the app needs {' and '.join(missing)}, which this Python does not have. This installs it:\n"
            f"    {sys.executable} -m pip install {wanted}"
        )
    if chosen.file is not None:
        _open_file(chosen.file)
    if chosen.given:
        _open_given()
    streamlit = importlib.import_module("streamlit.web.cli")
    streamlit.main(streamlit_arguments(chosen), prog_name="streamlit")


def _open_file(path: str) -> None:
    from rnnviz.app.own_model import at_start
    from rnnviz.refusals import Refused

    try:
        at_start.open_file(path)
    except OSError as missing:
        sys.exit(f"rnnviz: {path} cannot be read: {missing.strerror}.")
    except Refused as refused:
        sys.exit(f"rnnviz: {refused}")


def _open_given() -> None:
    """Take a network from the pipe, and end when the process that holds its other end does."""
    from rnnviz.app.own_model import at_start

    pipe = sys.stdin.buffer
    at_start.open_given(pipe.read(int.from_bytes(pipe.read(8), "little")))

    def end_with_the_other() -> None:
        pipe.read()
        os._exit(0)

    threading.Thread(target=end_with_the_other, daemon=True).start()


if __name__ == "__main__":
    main()
