"""Names, files and settings of strangers: none leaves its folder, runs as script, or reaches SQL as text."""

import io
import re
import subprocess
import sys
import urllib.error
import urllib.request
from html.parser import HTMLParser

import numpy as np
import psutil
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from workbench import AdminPanel
from workbench.configuration import read_yaml
from workbench.data.metrics import ConfusionMatrix
from workbench.errors import WorkbenchError
from workbench.jobs.ports import free_port
from workbench.notebooks import record_result, run_notebook
from workbench.panels.explore.plots import class_distribution
from workbench.panels.label.summary import theme_summary, themes_summary
from workbench.registry.model_loading import load_model
from workbench.store.decisions import Decision
from workbench.store.labels import labels_of
from workbench.store.samples import SampleFilter, count_samples, page_of_samples
from workbench.store.schema import Sample
from workbench.store.single_edits import Edit, decide
from workbench.store.themes import create_theme, get_theme

SCRIPTS = (
    "<script>alert(1)<script>",
    "<img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "'><svg onload=alert(1)>",
)
SQL = ("'; DROP TABLE samples; --", "x' OR '1'='1", "%", "_", "\\", ":name %(name)s ?")


class _Suspicious(HTMLParser):
    """Collects what would run: script elements, event attributes, elements that nobody put there."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        if tag in {"script", "svg", "iframe", "object", "embed", "link", "meta", "base", "form"}:
            self.found.append(tag)
        for name, value in attrs:
            if (
                name.startswith("on")
                or (value or "").lower().startswith("javascript:")
                or (name, value) == ("src", "x")
            ):
                self.found.append(f"{tag} {name}={value}")


def _suspicious(html):
    parser = _Suspicious()
    parser.feed(html)
    return parser.found


@pytest.fixture
def hostile(sqlite_store, add_samples):
    """A theme whose description, labels, file names and annotator are all HTML."""
    with sqlite_store.write() as session:
        theme_id = create_theme(
            "pets", labels=[name.replace("/", "") for name in SCRIPTS], description=SCRIPTS[0], session=session
        ).id
    ids = add_samples(sqlite_store, theme_id, range(len(SCRIPTS)))
    with sqlite_store.write() as session:
        labels = labels_of(theme_id, session=session)
        for sample_id, name, label in zip(ids, SCRIPTS, labels, strict=True):
            session.get_one(Sample, sample_id).name = name
            decide(theme_id, [Edit(sample_id, Decision.of(label.id))], annotator=name, session=session)
    return theme_id


def test_the_parser_of_these_tests_finds_what_it_looks_for():
    assert all(_suspicious(f'<p title="{text}">{text}</p>') for text in SCRIPTS)


def test_static_panels_show_names_as_text(sqlite_store, hostile):
    html = (
        theme_summary(sqlite_store, hostile) + themes_summary(sqlite_store) + AdminPanel(store=sqlite_store).summary()
    )
    assert "alert(1)" in html
    assert _suspicious(html) == []


def test_recorded_results_show_names_as_text():
    InteractiveShell.instance()
    try:
        with capture_output() as captured:
            record_result({text: text for text in SCRIPTS})
    finally:
        InteractiveShell.clear_instance()
    pages = [output.data["text/html"] for output in captured.outputs if "text/html" in output.data]
    assert "alert(1)" in "".join(pages)
    assert _suspicious("".join(pages)) == []


def test_a_label_that_looks_like_a_formula_is_drawn_as_it_is():
    names = ("$_$", "$5-$9")
    figures = [
        ConfusionMatrix(names, np.eye(2, dtype=np.int64)).plot("$_$"),
        class_distribution({name: {"train": 1} for name in names}),
    ]
    for figure in figures:
        figure.savefig(io.BytesIO())
        assert [text.get_text() for text in figure.axes[0].get_yticklabels()] == list(names)


@pytest.mark.parametrize("text", SQL)
def test_text_never_reaches_sql_as_sql(store, make_theme, add_samples, text):
    theme_id = make_theme(store, labels=(text.replace("\\", "backslash"), "other"))
    ids = add_samples(store, theme_id, range(3))
    with store.write() as session:
        label = labels_of(theme_id, session=session)[0]
        session.get_one(Sample, ids[0]).name = f"a{text}b"
        decide(theme_id, [Edit(ids[0], Decision.of(label.id), client_key=text)], annotator=text, session=session)
    with store.read() as session:
        for where in (SampleFilter(search=text), SampleFilter(annotator=text)):
            assert [row.id for row in page_of_samples(theme_id, where, session=session)] == (
                ids if where.search == "_" else [ids[0]]
            )
        assert count_samples(theme_id, session=session) == 3
        with pytest.raises(WorkbenchError, match="There is no theme"):
            get_theme(text, session=session)


@pytest.mark.parametrize(
    "text",
    [
        "a: !!python/object/apply:os.system ['touch hacked']",
        "a: !!python/name:os.system",
        "a: !!python/object/new:subprocess.Popen [['touch', 'hacked']]",
    ],
)
def test_yaml_never_runs(tmp_path, monkeypatch, text):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params.yaml").write_text(text)
    try:
        data, _ = read_yaml(tmp_path / "params.yaml")
    except WorkbenchError:
        data = {}
    assert [path.name for path in tmp_path.iterdir()] == ["params.yaml"]
    assert not callable(data.get("a"))


def test_yaml_that_would_fill_the_memory_is_refused_or_small(tmp_path):
    levels = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 4))
    (tmp_path / "bomb.yaml").write_text(f"a0: &a0 [lol]\n{levels}\n")
    data, _ = read_yaml(tmp_path / "bomb.yaml")
    assert str(data).count("lol") < 10_000


@pytest.mark.parametrize("name", ["../03_train", "/etc/passwd", "..", "03_train/../../x", "~/x", "a\x00b"])
def test_a_notebook_is_only_taken_from_the_project(project, name):
    with pytest.raises(WorkbenchError):
        run_notebook(name, project=project)
    assert not project.runs.exists()


@pytest.mark.parametrize(
    "model",
    ["../../model", "/tmp/model", "file:///tmp/model", "models:/other/1", "runs:/abc/model", "https://evil/model"],
)
def test_a_model_is_only_loaded_from_the_projects_registry(sqlite_store, make_theme, model):
    make_theme(sqlite_store)
    with pytest.raises(WorkbenchError, match="is not a model"):
        load_model("pets", model, project=sqlite_store.project)


def test_the_lab_listens_on_loopback_and_asks_for_its_token(project, tmp_path, monkeypatch):
    (project.root / "params.yaml").touch()
    for part in ("CONFIG", "DATA", "RUNTIME"):
        monkeypatch.setenv(f"JUPYTER_{part}_DIR", str(tmp_path / part))
    code = "import os; from workbench.cli import main; main(['lab', '--no-browser', '--port', os.environ['LAB_PORT']])"
    port = free_port()
    monkeypatch.setenv("LAB_PORT", str(port))
    monkeypatch.setenv("JUPYTERLAB_SETTINGS_DIR", str(tmp_path / "settings"))
    allow_root = tmp_path / "CONFIG" / "jupyter_config.py"
    allow_root.parent.mkdir(parents=True)
    allow_root.write_text("c = get_config()\nc.ServerApp.allow_root = True\n")
    server = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True)
    try:
        log = ""
        for line in server.stderr:
            log += line
            if match := re.search(r"\?token=(\w+)", line):
                break
        else:
            raise AssertionError(log)
        assert len(match.group(1)) >= 32
        for path in ("api/contents", "workbench/api/themes", "api/kernels"):
            assert _status(server, f"http://127.0.0.1:{port}/{path}") == 403
        assert _status(server, f"http://127.0.0.1:{port}/workbench/api/themes", match.group(1)) == 200
        listening = {c.laddr.ip for c in psutil.Process(server.pid).net_connections() if c.status == "LISTEN"}
        assert listening == {"127.0.0.1"}
    finally:
        server.terminate()
        server.communicate()


def _status(server, url, token=None):
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})
    while server.poll() is None:
        try:
            return urllib.request.urlopen(request).status
        except urllib.error.HTTPError as error:
            return error.code
        except urllib.error.URLError:
            continue  # it says that it runs a moment before it listens
    return None
