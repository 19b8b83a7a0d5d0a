"""What cannot work is told beforehand, in a sentence that says what to do."""

import os
import signal
import socket
import sys
from functools import partial

import pytest

import workbench as wb
from workbench import predict
from workbench.engine.chunks import fair_size, run_chunks
from workbench.engine.engines import EngineLostError, open_engine
from workbench.engine.parts import PartFolder
from workbench.engine.progress import Watch
from workbench.engine.settings import ClusterSettings, read_settings
from workbench.engine.worker import Outcome, Task, WorkerError, check_versions, do_chunk, versions
from workbench.errors import ConfigError, WorkbenchError

PREPARE = "workbench.engine.importing:prepare_chunk"
REMOTE = "engine: dask\naddress: tcp://10.9.8.7:8786\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("engine: dusk\n", ["cluster.yaml:1", "'engine' is 'dusk'", "Did you mean 'dask'?"]),
        ("engine: dask\nadress: tcp://a:1\n", ["cluster.yaml:2", "'adress'", "Did you mean 'address'?"]),
        ("engine: dask\n", ["'address' of a scheduler or the 'cluster'"]),
        ("engine: dask\ncluster: SlurmCluster\n", ["cluster.yaml:2", "Did you mean 'SLURMCluster'?"]),
        ("engine: dask\naddress: 10.0.0.1\n", ["tcp://HOST:PORT"]),
        ("engine: dask\naddress: 'tcp://[::1'\n", ["tcp://HOST:PORT"]),
        ("workers: {minimum: 4, maximum: 2}\n", ["minimum is 4 and maximum 2"]),
        ("workers: {maximum: two}\n", ["cluster.yaml:1", "workers.maximum", "a whole number is needed"]),
        ("address: tcp://a:1\n", ["'engine: dask'"]),
    ],
)
def test_cluster_yaml_is_checked_like_the_other_files(project, text, words):
    (project.root / "cluster.yaml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_settings("cluster", project)
    assert all(word in str(caught.value) for word in words), caught.value


def test_where_to_work_is_a_file_an_address_or_this_machine(project):
    with pytest.raises(ConfigError, match=r"no cluster.yaml in .*\n?.*engine: dask"):
        read_settings("cluster", project)
    with pytest.raises(ConfigError, match="Did you mean 'cluster'"):
        read_settings("clutser", project)
    with pytest.raises(ConfigError, match=r"on is 'tcp://\[::1'"):
        read_settings("tcp://[::1", project)
    # Also where nothing is to be done.
    with pytest.raises(ConfigError, match=r"no cluster.yaml in "):
        wb.create_theme("empty").embed("hog", on="cluster", progress=False)
    assert read_settings("tcp://127.0.0.1:8786", project).is_remote is False
    assert read_settings("tls://gpu.example:8786", project).is_remote is True
    (project.root / "other.yaml").write_text("workers: {maximum: 3}\n")
    assert read_settings("other.yaml", project).workers.maximum == 3


def test_what_other_machines_cannot_reach_is_refused_beforehand(shades, monkeypatch, tmp_path):
    file = shades.project.root / "cluster.yaml"
    file.write_text(REMOTE)
    with pytest.raises(WorkbenchError, match=r"SQLite file .*PostgreSQL"):
        predict("shades", on="cluster")
    monkeypatch.setattr("workbench.paths.Project.database_url", "postgresql://ann@db/workbench")
    from workbench.engine.reach import check_reach, parts_for

    settings = read_settings("cluster", shades.project)
    with pytest.raises(WorkbenchError, match="WORKBENCH_IMAGES_URL=s3://"):
        check_reach(settings, shades.project)
    monkeypatch.setenv("WORKBENCH_IMAGES_URL", "s3://bucket/images")
    check_reach(settings, shades.project)
    assert parts_for(settings, shades.project, "x").url == "s3://bucket/images/parts/x"
    with pytest.raises(WorkbenchError, match=r"is a path of this one\. Copy it"):
        check_reach(settings, shades.project, [tmp_path / "photos"])
    file.write_text(f"{REMOTE}shared: [{tmp_path}]\n")
    check_reach(read_settings("cluster", shades.project), shades.project, [tmp_path / "photos"])


def test_an_address_that_does_not_answer_is_told(shades, monkeypatch):
    monkeypatch.setattr("workbench.engine.dask_cluster._ANSWER_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(WorkbenchError, match=rf"127.0.0.1:{port} does not answer within 0.5 s .*dask scheduler"):
            predict("shades", on=f"tcp://127.0.0.1:{port}")


def test_workers_and_schedulers_that_die_while_they_are_asked_are_no_traceback(project, machines, monkeypatch):
    def die(_expected, pid=0):
        os.kill(pid or os.getpid(), signal.SIGKILL)

    machines.start(2)
    monkeypatch.setattr("workbench.engine.dask_cluster.check_versions", die)
    with open_engine(machines.address, project) as engine:
        # Their connection ends before they do: until then they would count as there.
        for worker in machines.workers:
            worker.wait()
        machines.start(2)
        assert engine.submit(abs, -7).result(60) == 7
    monkeypatch.setattr("workbench.engine.dask_cluster._ANSWER_SECONDS", 2)
    monkeypatch.setattr("workbench.engine.dask_cluster.check_versions", partial(die, pid=machines.scheduler.pid))
    with (
        pytest.raises(EngineLostError, match=r"connection to the Dask scheduler .* is gone"),
        open_engine(machines.address, project),
    ):
        pass


def test_without_dask_the_extra_is_named(shades, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(WorkbenchError, match=r"pip install 'image-workbench\[cluster\]'"):
        predict("shades", on="tcp://127.0.0.1:1")


def test_another_version_and_a_missing_model_are_told_with_the_workers_name(tmp_path):
    with pytest.raises(WorkerError, match=r"The worker .* has image-workbench .*, not 0.0.9: .*pip install"):
        check_versions({**versions(), "image-workbench": "0.0.9"})
    from workbench.engine.parts import attach

    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.json").write_text("{}")
    parts = PartFolder(str(tmp_path / "parts"))
    attached = attach(tmp_path / "model", parts)
    parts.remove()
    about = {"run": "r", "model": attached, "precision": "32", "views": (), "batch_size": 1, "num_threads": 0}
    task = Task("workbench.inference.on_workers:predict_chunk", about, str(tmp_path), parts, versions())
    with pytest.raises(WorkerError, match=r"The worker .* cannot do its part: .model., which it needs, is not in"):
        do_chunk(task, [])


def test_a_disk_that_a_worker_does_not_see_ends_the_work_and_fails_no_image(tmp_path):
    for task in (
        Task(PREPARE, {}, str(tmp_path), PartFolder(""), versions(), ("/mnt/photos",)),
        Task(PREPARE, {}, "/mnt/images", PartFolder(""), versions()),
    ):
        with pytest.raises(WorkerError, match=r"does not see the folder /mnt/.*Mount it there"):
            do_chunk(task, [])


class Nobody:
    """A queue that gives no worker."""

    settings = ClusterSettings(engine="dask", cluster="SLURMCluster")
    most_workers = 1
    dashboard = ""

    def __init__(self):
        from concurrent.futures import Future

        self.future = Future()

    def submit(self, function, *arguments):
        return self.future

    def workers(self):
        return 0


def test_a_queue_without_workers_is_told_each_half_minute_and_can_be_stopped(monkeypatch):
    monkeypatch.setattr("workbench.engine.chunks._LOOK_SECONDS", 0.01)
    engine, told = Nobody(), []
    now = iter(range(0, 10_000, 20))

    def tell(sentence):
        told.append(sentence)
        if len(told) == 2:
            raise KeyboardInterrupt

    watch = Watch(tell, lambda: next(now))
    task = Task("", {}, "", PartFolder(""), {})
    with pytest.raises(KeyboardInterrupt):
        list(run_chunks(engine, task, [[1], [2]], watch=watch))
    assert told[0] == (
        "No worker after 40 s: a SLURMCluster has given none yet. Ctrl+C stops; it goes on by itself when one comes."
    )
    assert "after 80 s" in told[1]
    assert engine.future.cancelled()


def test_ctrl_c_stops_work_on_a_queue_and_does_not_end_the_process(project, monkeypatch):
    monkeypatch.delitem(sys.modules, "dask_jobqueue", raising=False)
    monkeypatch.delitem(sys.modules, "dask_jobqueue.runner", raising=False)
    settings = f"engine: dask\ncluster: SLURMCluster\narguments: {{walltime: never}}\nshared: [{project.root}]\n"
    (project.root / "cluster.yaml").write_text(settings)
    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setenv("PATH", str(project.root))
    with (
        pytest.raises(WorkbenchError, match=r"'sbatch', which this machine does not have\..*login node"),
        open_engine("cluster", project),
    ):
        pass
    (project.root / "sbatch").touch(mode=0o755)
    with pytest.raises(WorkbenchError, match="SLURMCluster could not be started"), open_engine("cluster", project):
        pass
    assert "dask_jobqueue" in sys.modules
    assert signal.getsignal(signal.SIGINT) is before


def test_stragglers_and_failures_are_told_by_name_and_reason():
    watch = Watch()
    for worker, seconds in (("a", 1.0), ("b", 1.1), ("c", 9.0)):
        watch.done(Outcome(100, {"not an image": 2} if worker == "a" else {}, None, worker, seconds))
    assert watch.stragglers() == ["c"]
    assert watch.short() == "3 workers, slow: c, 2 failed"
    assert "worker a: 100 images, 100 a second" in str(watch)
    assert "2 failed: not an image" in str(watch)


def test_every_worker_gets_something_to_do():
    assert fair_size(1_000, None, 4) == 1_000
    assert fair_size(1_000, 10_000_000, 4) == 1_000
    assert fair_size(1_000, 800, 2, multiple=64) == 128
    assert fair_size(1_000, 3, 2, multiple=64) == 64
