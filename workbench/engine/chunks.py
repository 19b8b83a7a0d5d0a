"""Chunks through an engine, in their order: sent ahead, done once more where a worker was lost, watched."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Future, wait
from dataclasses import dataclass
from itertools import islice
from typing import Any

from workbench.engine.engines import Engine
from workbench.engine.progress import Watch
from workbench.engine.worker import Outcome, Task, do_chunk
from workbench.errors import WorkbenchError

_ATTEMPTS = 4
_LOOK_SECONDS = 1.0

Chunk = list[Any]


@dataclass
class _Sent:
    chunk: Chunk
    future: Future[Outcome]
    attempts: int = 1


def in_chunks(items: Iterable[Any], size: int) -> Iterator[Chunk]:
    """Yield lists of `size` items, the last one of what is left."""
    stream = iter(items)
    while chunk := list(islice(stream, size)):
        yield chunk


def fair_size(size: int, total: int | None, workers: int, *, multiple: int = 1) -> int:
    """Return the images of a chunk: `size`, fewer where a worker would otherwise get none; a multiple of `multiple`."""
    if total is not None:
        size = min(size, -(-total // (4 * workers)))
    return max(1, round(size / multiple)) * multiple


def run_chunks(
    engine: Engine,
    task: Task,
    chunks: Iterable[Chunk],
    *,
    watch: Watch,
    done_before: Callable[[Chunk], Outcome | None] = lambda chunk: None,
) -> Iterator[tuple[Chunk, Outcome]]:
    """Yield each chunk with its outcome, in order; as many are under way as keep all workers busy.

    A chunk whose worker died goes to another one; one that `done_before` knows is not sent at all. Raises WorkerError
    of a worker that cannot do the work, EngineLostError when the scheduler is gone, WorkbenchError for a chunk that
    ended its worker four times.
    """
    rest = iter(chunks)
    sent: deque[_Sent] = deque()
    ahead = 4 * engine.most_workers + 2

    def send() -> None:
        for chunk in islice(rest, ahead - len(sent)):
            known = done_before(chunk)
            sent.append(_Sent(chunk, _finished(known) if known is not None else engine.submit(do_chunk, task, chunk)))

    try:
        send()
        while sent:
            first = sent.popleft()
            outcome = _outcome(engine, task, first, sent, watch)
            yield first.chunk, outcome
            send()
    except BaseException:
        for each in sent:
            each.future.cancel()
        raise


def _outcome(engine: Engine, task: Task, first: _Sent, others: Sequence[_Sent], watch: Watch) -> Outcome:
    while True:
        try:
            while not wait([first.future], _LOOK_SECONDS).done:
                watch.look(engine)
            outcome = first.future.result()
        except (BrokenExecutor, CancelledError) as error:
            _send_once_more(engine, task, [first, *others], error)
        except WorkbenchError:
            raise
        except Exception as error:
            _again(engine, task, first, error)
        else:
            watch.done(outcome)
            return outcome


def _send_once_more(engine: Engine, task: Task, sent: Sequence[_Sent], error: BaseException) -> None:
    """All of what is under way is lost with a pool of processes; what had ended is not."""
    engine.renew()
    sent[0].attempts += 1
    if sent[0].attempts > _ATTEMPTS:
        raise _given_up(sent[0], error)
    for each in sent:
        if not each.future.done() or each.future.cancelled() or each.future.exception() is not None:
            each.future = engine.submit(do_chunk, task, each.chunk)


def _again(engine: Engine, task: Task, sent: _Sent, error: Exception) -> None:
    sent.attempts += 1
    if sent.attempts > _ATTEMPTS:
        raise _given_up(sent, error)
    sent.future = engine.submit(do_chunk, task, sent.chunk)


def _given_up(sent: _Sent, error: BaseException) -> WorkbenchError:
    said = str(error).strip().splitlines()
    return WorkbenchError(
        f"A chunk of {len(sent.chunk):,} images failed on {_ATTEMPTS} workers, the last time with "
        f"{type(error).__name__}{': ' + said[0] if said else ''}. If they ran out of memory, write a smaller 'chunk' "
        "into cluster.yaml, or give each worker more."
    )


def _finished(outcome: Outcome) -> Future[Outcome]:
    future: Future[Outcome] = Future()
    future.set_result(outcome)
    return future
