"""A real Jupyter Server with the workbench's extension, once per module."""

import contextlib
import io
import itertools
import json
import os
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
import uuid
from pathlib import Path

import pytest
from PIL import Image

from workbench.paths import Project
from workbench.store import open_store

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "a-token-for-tests"


class Api:
    """Calls the interface: `api.get("/themes")` returns (status, what came)."""

    token = TOKEN

    def __init__(self, url, root):
        self.url, self.root = url, root

    def call(self, method, path, body=None, *, token=TOKEN, headers=None, raw=None):
        data = raw if raw is not None else None if body is None else json.dumps(body).encode()
        given = {"Content-Type": "application/json"} if body is not None else {}
        given |= {"Authorization": f"token {token}"} if token else {}
        request = urllib.request.Request(self.url + path, data, {**given, **(headers or {})}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, self._content(answer)
        except urllib.error.HTTPError as error:
            return error.code, self._content(error)

    def _content(self, answer):
        content = answer.read()
        return json.loads(content) if "json" in answer.headers.get("Content-Type", "") and content else content

    def get(self, path, **query):
        return self.call("GET", path + ("?" + urllib.parse.urlencode(query) if query else ""))

    def post(self, path, body):
        return self.call("POST", path, body)

    def upload(self, path, files):
        boundary = uuid.uuid4().hex
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode()
            + content
            + b"\r\n"
            for name, content in files
        ]
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        return self.call("POST", path, headers=headers, raw=b"".join(parts) + f"--{boundary}--\r\n".encode())


@pytest.fixture(scope="package")
def api(tmp_path_factory):
    """A real Jupyter Server with the REST interface; each test has themes of its own on it."""
    with served(tmp_path_factory.mktemp("api")) as found:
        yield found


@pytest.fixture
def api_of_its_own(tmp_path):
    """The same for one test, which may do anything to it."""
    with served(tmp_path / "api") as found:
        yield found


@contextlib.contextmanager
def served(root, act_for_others="*"):
    (root / "temporary").mkdir(parents=True, exist_ok=True)
    (root / "params.yaml").touch()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WORKBENCH_")}
    environment |= {"PYTHONPATH": str(ROOT), "WORKBENCH_ROOT": str(root), "JUPYTER_TOKEN": TOKEN}
    environment["WORKBENCH_ACT_FOR_OTHERS"] = act_for_others
    environment["TMPDIR"] = str(root / "temporary")
    environment |= {f"JUPYTER_{part}_DIR": str(root / part.lower()) for part in ("CONFIG", "DATA", "RUNTIME")}
    command = [
        sys.executable,
        "-m",
        "jupyter_server",
        "--ip=127.0.0.1",
        f"--port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={root}",
        "--no-browser",
        "--allow-root",
        "--ServerApp.jpserver_extensions={'workbench.api': True}",
    ]
    server = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    log = []
    try:
        for line in server.stderr:
            log.append(line)
            if "is running at" in line:
                break
        threading.Thread(target=log.extend, args=(server.stderr,), daemon=True).start()
        found = Api(f"http://127.0.0.1:{port}/workbench/api", root)
        assert _first_answer(found, server)[0] == 200, "".join(log)
        yield found
    finally:
        server.terminate()
        server.wait()


def _first_answer(api, server):
    """The server says that it runs a moment before it listens."""
    while server.poll() is None:
        with contextlib.suppress(urllib.error.URLError):
            return api.get("/openapi.json")
    return (0, None)


@pytest.fixture
def store(api):
    opened = open_store(Project(api.root))
    yield opened
    opened.close()


NUMBERS = itertools.count(1)


@pytest.fixture(scope="package")
def pets(api):
    """The path of the theme `pets` with twelve uploaded images, and their ids; no test changes it."""
    return _with_images(api, "pets")


@pytest.fixture
def own(api):
    """The same for one test, which may do with it what it likes."""
    return _with_images(api, f"own-{next(NUMBERS)}")


def _with_images(api, name):
    status, theme = api.post("/themes", {"name": name, "labels": ["cat", "dog"]})
    assert (status, [label["name"] for label in theme["labels"]]) == (201, ["cat", "dog"])
    files = []
    for number in range(12):
        buffer = io.BytesIO()
        Image.new("RGB", (300, 200), (number * 20, 0, 0)).save(buffer, "PNG")
        files.append((f"image {number}.png", buffer.getvalue()))
    path = f"/themes/{name}"
    status, report = api.upload(f"{path}/samples", files)
    assert (status, report) == (200, {"added": 12, "duplicates": 0, "rejected": []})
    return path, [sample["id"] for sample in api.get(f"{path}/samples")[1]["samples"]]
