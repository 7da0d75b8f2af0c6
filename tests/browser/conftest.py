"""JupyterLab on a copy of the notebooks, and a browser that can reach nothing else."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-default-apps", "--no-first-run", "--disable-domain-reliability",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]  # fmt: skip
SERVER_SECONDS = 120


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium as the system has it."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed (.ci/run installs it)")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that JupyterLab shows."""
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory, served: Path) -> Iterator[str]:
    """The address of a JupyterLab of its own: folders, settings and notebooks are all temporary.

    Its extension is this checkout's, whatever the environment has.
    """
    if CHROMIUM is None:
        pytest.skip("chromium is not installed (.ci/run installs it)")
    home = tmp_path_factory.mktemp("lab")
    (home / "share" / "labextensions").mkdir(parents=True)
    (home / "share" / "labextensions" / "ratebook").symlink_to(ROOT / "editors" / "jupyterlab")
    for notebook in (ROOT / "notebooks").glob("*.ipynb"):
        shutil.copy(notebook, served)
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "JUPYTERLAB_SETTINGS_DIR",
             "JUPYTERLAB_WORKSPACES_DIR")  # fmt: skip
    places = {name: str(home / name.lower()) for name in names}
    own = {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'notebooks'}", "JUPYTER_PATH": str(home / "share")}
    environment = {**os.environ, **places, **own}
    port = _free_port()
    options = {
        "ip": "127.0.0.1", "port": port, "ServerApp.port_retries": 0, "IdentityProvider.token": "",
        "ServerApp.password": "", "ServerApp.root_dir": served, "LabApp.expose_app_in_browser": True,
        "LabApp.extension_manager": "readonly", "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
        "LabApp.news_url": "",
    }  # fmt: skip
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += [f"--{name}={value}" for name, value in options.items()]
    with (home / "log").open("w") as log:
        server = subprocess.Popen(command, env=environment, cwd=home, stdout=log, stderr=log)
        try:
            _wait(server, f"http://127.0.0.1:{port}/api/status", home / "log")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=30)


def _wait(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    until = time.monotonic() + SERVER_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")
