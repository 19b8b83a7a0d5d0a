"""Jobs: started in a process of their own, found by any process, ended."""

import json
import os
import subprocess
import sys
import textwrap

import psutil
import pytest

from workbench.errors import NotFoundError, WorkbenchError
from workbench.jobs.launcher import interrupt, start_job
from workbench.jobs.processes import is_alive
from workbench.jobs.records import SUFFIX, find_job, list_jobs, new_job

TASKS = """
    import os, sys, time
    from workbench.errors import WorkbenchError

    def double(job):
        print("doubling", flush=True)
        return {"doubled": 2 * job.arguments["number"], "project": os.environ["WORKBENCH_ROOT"]}

    def refuse(job):
        raise WorkbenchError("There are no images.")

    def fail(job):
        return 1 / 0

    def wait(job):
        print("waiting", flush=True)
        while True:
            time.sleep(0.05)

    def end_with_parent(job):
        from workbench.jobs.with_parent import end_with_parent

        assert sys.stdin.readline() == "go\\n"
        end_with_parent()
        wait(job)
"""


@pytest.fixture
def start(project, tmp_path, monkeypatch, cold_programs):
    """`start("double", number=2)` starts one of the tasks above."""
    (tmp_path / "own_tasks.py").write_text(textwrap.dedent(TASKS))
    monkeypatch.syspath_prepend(str(tmp_path))
    started = []

    def begin(task, with_parent=False, **arguments):
        job = start_job(project, "test", f"own_tasks:{task}", arguments, title="a/b c", with_parent=with_parent)
        started.append(job.process)
        return job

    yield begin
    for process in started:
        process.kill()
        process.wait()


def says(job, text):
    """Wait until the job has printed a text; its end without it is an error."""
    while text not in (job.job.log.read_text() if job.job.log.exists() else ""):
        assert job.process.poll() is None, job.job.log_tail()


def test_it_has_this_ones_code_and_project_and_its_result_is_found_by_everybody(project, start):
    started = start("double", number=21)
    assert started.process.wait(60) == 0
    (job,) = list_jobs(project, "test")
    assert (job.state, job.result) == ("complete", {"doubled": 42, "project": str(project.root)})
    assert job.ended >= job.started
    assert job.log_tail() == "doubling\n"
    assert job.id.endswith("-a_b_c")
    assert list_jobs(project, "other") == []
    assert find_job(project, job.id) == job
    job.forget()
    assert list(project.runs.iterdir()) == []


def test_what_went_wrong_is_in_the_record(project, start):
    refused, failed = start("refuse"), start("fail")
    assert refused.process.wait(60) == failed.process.wait(60) == 1
    assert (refused.now().state, refused.now().error) == ("failed", "There are no images.")
    assert failed.now().error == "ZeroDivisionError: division by zero"
    assert "return 1 / 0" in failed.now().log_tail(), "the log has the traceback"
    assert failed.job.id.endswith("-2"), "two of one moment have names of their own"


def test_one_that_is_interrupted_says_so_and_one_that_is_killed_is_lost(start):
    interrupted, killed = start("wait"), start("wait")
    says(interrupted, "waiting")
    says(killed, "waiting")
    assert interrupted.now().state == "running"
    interrupt(interrupted.now())
    interrupted.process.wait(60)
    assert interrupted.now().state == "interrupted"
    killed.process.kill()
    killed.process.wait()
    assert killed.now().state == "lost"
    with pytest.raises(WorkbenchError, match="does not run"):
        interrupt(killed.now())


def test_one_that_is_bound_to_its_parent_ends_with_it(start):
    job = start("end_with_parent", with_parent=True)
    job.process.stdin.write(b"go\n")
    job.process.stdin.flush()
    says(job, "waiting")
    job.process.stdin.close()
    job.process.wait(60)
    assert job.now().state == "interrupted"


def test_an_unknown_id_names_the_nearest(project):
    job = new_job(project, "test", "nothing:there", {}, "one")
    with pytest.raises(NotFoundError, match=job.id):
        find_job(project, f"{job.id}x")
    (project.runs / f"broken{SUFFIX}").write_text(json.dumps({"kind": "test"})[:-3])
    assert [each.id for each in list_jobs(project)] == [job.id]


def test_a_process_lives_on_when_the_clock_is_set_and_not_as_a_zombie():
    me = psutil.Process()
    assert is_alive(me.pid, me.create_time() + 1)
    assert not is_alive(me.pid, me.create_time() - 60)
    child = subprocess.Popen(["true"])
    started = psutil.Process(child.pid).create_time()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert not is_alive(child.pid, started)
    child.wait()


def test_a_process_that_listens_to_its_parent_still_forks():
    code = """
import multiprocessing, os, threading, time
from workbench.jobs.with_parent import end_with_parent

end_with_parent()
time.sleep(0.5)
child = multiprocessing.get_context("fork").Process(target=print)
child.start()
child.join(20)
alive = child.is_alive()
child.kill()
os._exit(alive)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE) as worker:
        assert worker.wait(60) == 0


def test_a_command_is_ended_with_what_it_started_when_its_parent_is_gone():
    grandchild = "import time; print(1, flush=True); time.sleep(99)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', '{grandchild}'])"
    command = [sys.executable, "-m", "workbench.jobs.with_parent", sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"1\n"
        family = psutil.Process(process.pid).children(recursive=True)
        process.stdin.close()
        process.wait(60)
    _, alive = psutil.wait_procs(family, timeout=60)
    assert not alive
