"""A Dask scheduler and workers with folders of their own, each a process that can be killed."""

import os
import uuid

from workbench.jobs.ports import free_port

SCHEDULER = """
import asyncio, sys
import distributed
import workbench.inference.on_workers, workbench.inference.forward, workbench.inference.batches
import workbench.embeddings.on_workers, workbench.engine.importing, workbench.registry.pyfunc, s3fs

async def run():
    async with distributed.Scheduler(host="127.0.0.1", port=int(sys.argv[1]), dashboard=False) as scheduler:
        print("up", flush=True)
        await scheduler.finished()

asyncio.run(run())
"""
WORKER = """
import asyncio, sys
import distributed
import workbench.inference.on_workers, workbench.inference.forward, workbench.inference.batches
import workbench.embeddings.on_workers, workbench.engine.importing, workbench.registry.pyfunc, s3fs

async def run():
    options = {"name": sys.argv[2], "nthreads": 1, "local_directory": sys.argv[3], "dashboard": False}
    async with distributed.Worker(sys.argv[1], **options) as worker:
        print("up", flush=True)
        await worker.finished()

asyncio.run(run())
"""


class Machines:
    """A scheduler and workers, each a process; any can be killed and started once more."""

    def __init__(self, server, folder):
        self._server = server
        self._folder = folder
        self.port = free_port()
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.scheduler = None
        self.workers = []

    def start(self, workers=2):
        if self.scheduler is None or self.scheduler.poll() is not None:
            self.scheduler = self._begin(SCHEDULER, [self.port])
        self.workers = [worker for worker in self.workers if worker.poll() is None]
        while len(self.workers) < workers:
            self.workers.append(self.another())

    def another(self, code=WORKER, **environment):
        name = f"machine-{uuid.uuid4().hex[:6]}"
        folder = self._folder / name
        folder.mkdir()
        there = {"WORKBENCH_WORKER_CACHE": str(folder), "WORKBENCH_ROOT": str(folder), **environment}
        return self._begin(code, [self.address, name, str(folder)], there)

    def _begin(self, code, arguments, environment=None):
        process = self._server.start(code, [str(each) for each in arguments], {**os.environ, **(environment or {})})
        assert process.stdout.readline() == "up\n", process.stderr.read()
        return process

    def close(self):
        for process in [*self.workers, self.scheduler]:
            if process is not None:
                process.kill()
                process.close()
