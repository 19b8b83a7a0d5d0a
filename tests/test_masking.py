"""Passwords stay where they are needed: in nothing that is shown, logged, recorded, or seen by `ps`."""

import io
import subprocess
import sys
import urllib.request
import zipfile
from urllib.parse import quote

import nbformat
import psutil
import pytest
from sqlalchemy import inspect, text

from tests.colors import COLORS, QUICK, Colors
from workbench import predict, register, tune
from workbench.data.exporting import export_theme
from workbench.errors import WorkbenchError
from workbench.jobs.launcher import start_job
from workbench.jobs.page_guard import address_with_token
from workbench.masking import masked
from workbench.notebooks import run_notebook
from workbench.registry.mlflow_ui import serve_mlflow
from workbench.registry.tracking import get_run, mlflow_run
from workbench.store import open_store
from workbench.store.engine import create_store_engine
from workbench.store.upkeep.backup import backup
from workbench.training import train
from workbench.tuning.dashboard import serve_dashboard

PASSWORD = "pa/s@s{w0rd}"
SECRETS = {"AWS_SECRET_ACCESS_KEY": "aws-s3cret-key", "MLFLOW_TRACKING_PASSWORD": "tracking-s3cret"}


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("postgresql://ann:secret@db/work", "postgresql://ann:***@db/work"),
        (
            "'postgresql+psycopg://ann:se/c@ret@db:5432/work' twice //b:c@d",
            "'postgresql+psycopg://ann:***@db:5432/work' twice //b:***@d",
        ),
        ("postgresql:/ann:secret@db/work", "postgresql:/ann:***@db/work"),
        ("https://:secret@host/weights.pth", "https://:***@host/weights.pth"),
        (
            "postgresql://db/work?user=ann&password=secret&sslmode=require",
            "postgresql://db/work?user=ann&password=***&sslmode=require",
        ),
        (
            "https://bucket/a.png?X-Amz-Signature=abc&X-Amz-Date=1",
            "https://bucket/a.png?X-Amz-Signature=***&X-Amz-Date=1",
        ),
        ('{"url": "s3://key:secret@bucket"}', '{"url": "s3://key:***@bucket"}'),
        ("host=db password=secret user=ann", "host=db password=*** user=ann"),
        (
            "/data/img:1@2x.png at 12:30, ann@example.org, https://host:8888/lab",
            "/data/img:1@2x.png at 12:30, ann@example.org, https://host:8888/lab",
        ),
    ],
)
def test_what_is_a_secret_in_a_text(given, shown):
    assert masked(given) == shown


def test_a_misspelled_url_of_the_settings_is_masked_too(project, monkeypatch):
    for url in ("postgresql//ann:hush-hush@db/work", "ann:hush-hush@db/work", "mysql://ann:hush-hush@db/work"):
        monkeypatch.setenv("WORKBENCH_DATABASE_URL", url)
        with pytest.raises(WorkbenchError) as caught:
            open_store(project)
        assert "hush" not in f"{caught.value} {caught.value!r}"


@pytest.fixture
def urls_with_passwords(project, postgresql_url, monkeypatch):
    """All three databases at URLs with a password, and secrets of other kinds in the environment."""
    with_password = postgresql_url.replace("//postgres:@", f"//postgres:{quote(PASSWORD, safe='')}@")
    assert with_password != postgresql_url
    for variable, schema in (("DATABASE_URL", "workbench"), ("MLFLOW_URI", "mlflow"), ("OPTUNA_URL", "optuna")):
        monkeypatch.setenv(f"WORKBENCH_{variable}", f"{with_password}&options=-csearch_path%3D{schema}")
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)


def test_nothing_that_the_product_wrote_holds_one(urls_with_passwords, project, capfd, caplog):
    url = project.database_url
    store = open_store(project)
    Colors(store).add(dict.fromkeys(COLORS, 6))
    trained = train(overrides={**QUICK, "model.pretrained": False}, num_epochs=1, project=project)
    register("colors", trained.run_id, "production", project)
    predict("colors", source="all", num_workers=0, project=project)
    (project.root / "optuna_params.yaml").write_text("params_to_tune: {data.batch_size: {type: int, low: 8, high: 9}}")
    quick = {name: value for name, value in QUICK.items() if name != "data.batch_size"}
    tune("colors", n_trials=1, overrides={**quick, "training.num_epochs": 1}, project=project)
    backup(store, project.backups / "a.zip")
    export_theme(store, "colors", project.runs / "export", "workbench", progress=False)
    with pytest.raises(WorkbenchError) as unknown:
        get_run("nonsense", project)
    with pytest.raises(RuntimeError), mlflow_run("colors", project):
        raise RuntimeError(f"no connection to {url}")
    notebook = nbformat.v4.new_notebook()
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    parameters = nbformat.v4.new_code_cell("url: str = ''")
    parameters.metadata["tags"] = ["parameters"]
    notebook.cells = [parameters, nbformat.v4.new_code_cell("print(url)\nraise RuntimeError(url)")]
    project.notebooks.mkdir()
    nbformat.write(notebook, project.notebooks / "telling.ipynb")
    with pytest.raises(WorkbenchError) as failed:
        run_notebook("telling", {"url": url}, project=project, stream=io.StringIO())
    job = start_job(project, "test", "tests.test_masking:failing", {"url": url}, title="failing")
    job.process.wait(60)
    assert "no connection" in job.now().error
    page = address_with_token("/ajax-api/2.0/mlflow/experiments/get-by-name?experiment_name=colors")
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    servers = [serve_mlflow(project), serve_dashboard(project)]
    try:
        families = [psutil.Process(server.process.pid) for server in servers]
        commands = [" ".join(each.cmdline()) for one in families for each in (one, *one.children(recursive=True))]
        with browser.open(servers[0].url + page):
            pass  # it is this project's: the settings reached it
    finally:
        for server in servers:
            server.stop()
            server.process.wait(60)
    told = [str(unknown.value), str(failed.value), *commands, *_rows(url), *capfd.readouterr(), caplog.text]
    written = [path.read_bytes().decode("utf-8", "replace") for path in project.root.rglob("*") if path.is_file()]
    for packed in project.root.rglob("*.zip"):
        with zipfile.ZipFile(packed) as opened:
            written += [opened.read(name).decode("utf-8", "replace") for name in opened.namelist()]
    assert any("colors" in each for each in told)
    assert any("no connection" in each for each in told)
    for secret in (PASSWORD, quote(PASSWORD, safe=""), *SECRETS.values()):
        assert [each for each in (*told, *written) if secret in each] == []
    store.close()


def failing(job):
    """The task of a job."""
    raise RuntimeError(f"no connection to {job.arguments['url']}")


def _rows(url):
    """Every row of every table of the three schemas, as text."""
    engine = create_store_engine(url)
    with engine.connect() as connection:
        for schema in ("workbench", "mlflow", "optuna"):
            for table in inspect(connection).get_table_names(schema):
                yield from map(str, connection.execute(text(f'SELECT * FROM {schema}."{table}"')))
    engine.dispose()


def test_the_command_line_hides_it_in_tracebacks_of_others(tmp_path):
    code = "import workbench.cli; raise RuntimeError('no connection to postgresql://ann:hush-hush@db/work')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path)
    assert "RuntimeError: no connection to postgresql://ann:***@db/work" in done.stderr
    assert "hush" not in done.stderr
