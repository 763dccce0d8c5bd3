"""The command ``rnnviz``: what it says, and what it would run."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from streamlit.web import cli

import rnnviz
from rnnviz import __main__ as command
from rnnviz.shipped_files import shipped_path
from rnnviz.subjects import Subject

ROOT = Path(__file__).resolve().parents[1]


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[object, str, str]:
    """How the command ended, what it printed, and what it complained about."""
    with pytest.raises(SystemExit) as end:
        command.main(arguments)
    captured = capsys.readouterr()
    return end.value.code, captured.out, captured.err


def streamlits(*arguments: str) -> dict[str, object]:
    """The settings that Streamlit's own parser reads from what it would be run with."""
    words = command.streamlit_arguments(command.parser().parse_args(arguments))
    assert words[0] == "run"
    return cli.main_run.make_context("run", words[1:]).params


def test_the_help_names_every_option_and_where_the_app_is_served(capsys):
    code, out, err = said(capsys, "--help")
    assert (code, err) == (0, "")
    for word in ("--port", "--address", "--path", "--no-browser", "--version", "http://localhost:8501", "STREAMLIT_"):
        assert word in out


def test_the_version_is_the_packages(capsys):
    assert said(capsys, "--version") == (0, f"rnnviz {rnnviz.__version__}\n", "")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--prot", "80"], "unrecognized arguments: --prot"),
        (["--por", "80"], "unrecognized arguments: --por"),
        (["mine.pt", "app.py"], "unrecognized arguments: app.py"),
        (["--port"], "argument --port: expected one argument"),
        (["--port", "http"], "a port is a number from 1 to 65535, not 'http'"),
        (["--port", "65536"], "a port is a number from 1 to 65535, not '65536'"),
        (["--port", "0"], "a port is a number from 1 to 65535, not '0'"),
        (["--port", "８０"], "a port is a number from 1 to 65535, not '８０'"),
        (["--address", "192.0.2.1"], "this machine has no address '192.0.2.1' to serve at"),
        (["--address", "a" * 70 + ".b"], "to serve at"),
    ],
)
def test_a_wrong_option_is_answered_by_one_sentence(capsys, arguments, sentence):
    code, out, err = said(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("rnnviz: ")
    assert sentence in err
    assert err.endswith("rnnviz --help says what there is.\n")
    assert err.count("\n") == 1


def test_without_options_the_app_is_served_to_this_machine_at_the_first_free_port():
    settings = streamlits()
    assert settings["target"] == str(shipped_path("app.py"))
    assert settings["server_address"] == "localhost"
    assert settings["server_port"] is settings["server_headless"] is settings["server_baseUrlPath"] is None


def test_each_option_is_a_setting_of_streamlit():
    settings = streamlits("--port", "8600", "--address", "0.0.0.0", "--path", "rnnviz", "--no-browser")
    assert settings["server_port"] == 8600
    assert settings["server_address"] == "0.0.0.0"
    assert settings["server_baseUrlPath"] == "rnnviz"
    assert settings["server_headless"] is True


def test_streamlits_other_settings_are_read_from_the_environment(monkeypatch):
    monkeypatch.setenv("STREAMLIT_SERVER_PORT", "8700")
    monkeypatch.setenv("STREAMLIT_SERVER_MAX_UPLOAD_SIZE", "7")
    settings = streamlits()
    assert settings["server_port"] == 8700
    assert settings["server_maxUploadSize"] == 7


def named(settings: dict, prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in settings.items():
        yield from named(value, f"{prefix}{name}.") if isinstance(value, dict) else [(prefix + name, value)]


def test_the_shipped_settings_hold_in_every_folder_whatever_others_are_kept_there_or_at_home(tmp_path):
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit/config.toml").write_text(
        '[server]\nfileWatcherType = "poll"\n[runner]\npostScriptGC = true\n'
    )
    shipped = dict(named(tomllib.loads(shipped_path(".streamlit/config.toml").read_text("utf-8"))))
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); "
        "from streamlit import config; from streamlit.web import bootstrap; "
        f"bootstrap.run_asgi_app = lambda *_: print([config.get_option(name) for name in {list(shipped)}]); "
        "from rnnviz.__main__ import main; main([])"
    )
    home = os.environ | {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path)}
    run = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=home, capture_output=True, text=True)
    assert run.stderr == ""
    assert ast.literal_eval(run.stdout) == list(shipped.values())
    assert shipped["server.fileWatcherType"] == "none"
    assert shipped["runner.postScriptGC"] is False


def test_the_command_hands_its_arguments_to_streamlit(monkeypatch):
    calls = []
    monkeypatch.setattr(cli, "main", lambda *arguments, **options: calls.append((arguments, options)))
    command.main(["--port", "8600"])
    (((words,), options),) = calls
    assert words == ["run", str(shipped_path("app.py")), "--server.address", "localhost", "--server.port", "8600"]
    assert options == {"prog_name": "streamlit"}


def test_what_is_missing_for_the_app_is_said_with_the_command_that_installs_it(monkeypatch, capsys):
    monkeypatch.setattr(command, "find_spec", lambda name: None)
    code, out, err = said(capsys)
    assert (out, err) == ("", "")
    assert code.startswith("rnnviz: the app needs streamlit and latex2mathml, which this Python does not have.")
    assert code.endswith(f'{sys.executable} -m pip install "streamlit>=1.67,<2" "latex2mathml>=3.77"')


def test_what_the_command_asks_for_is_the_extra_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert list(command.APP_NEEDS.values()) == project["optional-dependencies"]["app"]


def test_the_module_runs_from_another_folder_and_loads_nothing_heavy_to_say_its_version(tmp_path):
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); sys.argv = ['rnnviz', '--version']; import atexit, runpy; "
        "atexit.register(lambda: print(*{'torch', 'streamlit', 'plotly'} & {*sys.modules})); "
        "runpy.run_module('rnnviz', run_name='__main__')"
    )
    run = subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert (run.stderr, run.stdout) == ("", f"rnnviz {rnnviz.__version__}\n\n")


def test_nobody_is_asked_for_the_address_of_this_machine(monkeypatch):
    """Streamlit would ask a server of Amazon's: where it prints how to open the app, and where a page's origin is
    compared with its own."""
    from streamlit import net_util

    import app

    monkeypatch.setattr(net_util, "_make_blocking_http_get", lambda *_, **__: pytest.fail("asked the network"))
    assert app.net_util is net_util
    assert net_util.get_external_ip() is None
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    assert config["browser"]["serverAddress"] == "localhost"


@pytest.fixture
def at_start(monkeypatch):
    """What the server is started with, as it was before once the test is over."""
    from rnnviz.app.own_model import at_start

    monkeypatch.setattr(cli, "main", lambda *arguments, **options: None)
    monkeypatch.setattr(at_start, "QUERY", {})
    for name in ("FILE", "MODEL"):
        monkeypatch.setattr(at_start, name, None)
    return at_start


def test_a_file_is_what_the_app_opens_on(at_start, tmp_path):
    path = tmp_path / "mine.bin"
    torch.save({"encoder": torch.nn.GRU(3, 4).state_dict()}, path)
    command.main([str(path)])
    assert at_start.FILE.title == "encoder · mine.bin"
    subject, refused = Subject.from_query(at_start.QUERY)
    assert (subject.cell, subject.units, refused) == ("GRU", 4, [])


def test_a_file_that_cannot_be_opened_is_said_in_one_line_before_the_server_starts(at_start, tmp_path, capsys):
    (tmp_path / "broken.pt").write_bytes(b"\x80\x04os.system")
    for name, sentence in {"broken.pt": "can run code", "none.pt": "No such file", ".": "directory"}.items():
        code, out, err = said(capsys, str(tmp_path / name))
        assert (out, err) == ("", "")
        assert code.startswith("rnnviz: ")
        assert sentence in code
    assert at_start.QUERY == {}
