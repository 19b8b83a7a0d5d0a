"""Programs that `subprocess` starts in tests begin warm: forked from a process that has imported the large libraries.

Importing torch, Lightning and MLflow takes a program many times as long as what most tests want of it, and a slow
machine longest. `install()` lets `subprocess.Popen` fork kernels and the workbench's own programs, wherever they are
started from: each such program gets a server of its own to fork from. It is a child of whoever started it, as always.
"""

import atexit
import contextlib
import ctypes
import gc
import importlib
import json
import os
import random
import runpy
import signal
import socket
import subprocess
import sys
import threading
import time
import types
from pathlib import Path

PROGRAMS = {"ipykernel_launcher", "jupyterlab", "workbench.cli", "workbench.jobs.run"}
# What asks at its import whether it is in a notebook (ipywidgets, tqdm) is left to the program.
LIBRARIES = (
    *("torch", "torchvision", "torchmetrics", "mlflow.pyfunc", "sklearn.metrics", "scipy.stats", "albumentations"),
    *("optuna", "pandas", "sqlalchemy.orm", "alembic", "PIL.Image", "ipykernel.kernelapp", "papermill", "click"),
)
_SET_SUBREAPER, _PADDING = 36, "x" * 4000
_start_process = subprocess.Popen._execute_child
_lock = threading.Lock()


class _Server:
    """The end of this process: what it forks become this process's children."""

    def __init__(self, connection):
        self._connection = connection
        self._owner = os.getpid()

    @property
    def is_mine(self):
        return self._owner == os.getpid()

    def start(self, request, descriptors):
        prctl = ctypes.CDLL(None).prctl
        with _lock:
            # The server forks twice and the one in between ends: what is left without a parent comes here.
            prctl(_SET_SUBREAPER, 1, 0, 0, 0)
            try:
                content = json.dumps(request).encode()
                socket.send_fds(self._connection, [b"%10d" % len(content)], descriptors)
                self._connection.sendall(content)
                return int(_received(self._connection, 10))
            finally:
                prctl(_SET_SUBREAPER, 0, 0, 0, 0)


_server = None


def install():
    """Let `subprocess.Popen` of this process fork `PROGRAMS`; they do so themselves. Returns what ends it."""
    global _server
    if sys.platform != "linux":  # where a process cannot take in what lost its parent
        return lambda: None
    ours, theirs = socket.socketpair()
    command = [sys.executable, __file__, str(theirs.fileno()), _PADDING]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": ""}
    process = subprocess.Popen(command, env=environment, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
    theirs.close()
    _server = _Server(ours)
    _fork_from_here_on()

    def end():
        subprocess.Popen._execute_child = _start_process
        ours.close()
        process.wait()

    return end


@contextlib.contextmanager
def suspended():
    """Start programs as ever."""
    subprocess.Popen._execute_child = _start_process
    yield
    _fork_from_here_on()


@contextlib.contextmanager
def resumed():
    """Fork within what is suspended."""
    _fork_from_here_on()
    yield
    subprocess.Popen._execute_child = _start_process


def _fork_from_here_on():
    if _server is not None:
        subprocess.Popen._execute_child = _execute_child


def _execute_child(popen, args, executable, preexec_fn, close_fds, pass_fds, cwd, env, *rest):
    _startup, _flags, shell, *pipes = rest[:9]
    *owners, new_session = rest[10:15]
    plain = not (shell or executable or preexec_fn or pass_fds) and owners == [None, None, None, -1]
    program = _program_of(args) if plain and rest[15:] in ((), (-1,)) else None
    if program is None or _server is None or not _server.is_mine:
        return _start_process(popen, args, executable, preexec_fn, close_fds, pass_fds, cwd, env, *rest)
    given = os.environ if env is None else env
    request = {
        "command": [os.fspath(word) for word in args],
        "program": program,
        "folder": os.fspath(cwd or os.getcwd()),
        "environment": {os.fsdecode(name): os.fsdecode(value) for name, value in given.items()},
        "new_session": new_session,
        "ignored": [number for number in (signal.SIGINT,) if signal.getsignal(number) is signal.SIG_IGN],
    }
    p2cread, _, _, c2pwrite, _, errwrite = pipes
    wanted = (p2cread, c2pwrite, errwrite)
    popen.pid = _server.start(request, [number if own == -1 else own for number, own in enumerate(wanted)])
    popen._child_created = True
    popen._close_pipe_fds(*pipes)
    return None


def _program_of(args):
    """The module, if it is one of `PROGRAMS`, or the script that Python is started with, and what it is given."""
    if isinstance(args, str | bytes | os.PathLike):
        return None
    words = [os.fspath(word) for word in args]
    if words[:1] != [sys.executable]:
        return None
    rest = [word for word in words[1:3] if not word.startswith("-X")] + words[3:]
    if rest[:1] == ["-m"] and len(rest) > 1 and rest[1] in PROGRAMS:
        return rest[1:]
    return rest if rest and rest[0].endswith(".py") else None


def _received(connection, count):
    parts = bytearray()
    while len(parts) < count:
        part = connection.recv(count - len(parts))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)


def _serve(connection):
    """Fork for every request until the other end closes; returns in the child, with the request and descriptors."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            begin, descriptors, *_ = socket.recv_fds(connection, 10, 3)
            request = json.loads(_received(connection, int(begin + _received(connection, 10 - len(begin)))))
            _import_libraries()
            reading, writing = os.pipe()
            between = os.fork()
            if not between:
                between = os.getpid()
                if os.fork():
                    os._exit(0)
                # Whose child it is and its group are right before anybody knows it: a kernel's manager asks at once for
                # the group that it will interrupt.
                while os.getppid() == between:
                    time.sleep(0.0005)
                if request["new_session"]:
                    os.setsid()
                os.write(writing, b"%10d" % os.getpid())
                break
            os.waitpid(between, 0)
            connection.sendall(os.read(reading, 10))
            for descriptor in (reading, writing, *descriptors):
                os.close(descriptor)
        except (EOFError, OSError):  # whoever asked is gone
            os._exit(0)
    for descriptor in (reading, writing):
        os.close(descriptor)
    connection.close()
    return request, descriptors


def _import_libraries():
    if "torch" not in sys.modules:
        for name in LIBRARIES:
            importlib.import_module(name)
        # Inherited by all: no child's collector looks at it, and copies its pages by that.
        gc.collect()
        gc.freeze()


def _run_next(connection):
    """Be a server; then, in what it forked, be the program that was asked for."""
    request, descriptors = _serve(connection)
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
    for descriptor in descriptors:
        os.close(descriptor)
    _show_as(request["command"])
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    _own_server()
    _become(request)
    program = request["program"][0]
    if program.endswith(".py"):
        run_to_its_end(lambda: runpy.run_path(program, run_name="__main__"))
    sys.modules["__main__"] = types.ModuleType("__main__")
    run_to_its_end(lambda: runpy._run_module_as_main(program))


def run_to_its_end(program):
    """Run a program and end this process as Python does, but for taking apart all libraries.

    That would copy every page of them.
    """
    status = 0
    try:
        program()
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        if ended.code is not None and not isinstance(ended.code, int):
            print(ended.code, file=sys.stderr)
    except KeyboardInterrupt:
        status = -signal.SIGINT
        sys.excepthook(*sys.exc_info())
    except BaseException:
        status = 1
        sys.excepthook(*sys.exc_info())
    threading._shutdown()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()
    if status < 0:
        signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    os._exit(status & 255)


def _show_as(command):
    """Show this command line to who lists processes."""
    fields = Path("/proc/self/stat").read_text().rpartition(") ")[2].split()
    begin, end = int(fields[45]), int(fields[46])
    content = b"\0".join(map(os.fsencode, command))[: end - begin - 1]
    ctypes.memmove(begin, content.ljust(end - begin, b"\0"), end - begin)


def _own_server():
    """Give this process a server of its own for what it starts."""
    global _server
    ours, theirs = socket.socketpair()
    if not os.fork():
        ours.close()
        _show_as([sys.executable, __file__])
        null = os.open(os.devnull, os.O_RDWR)
        for number in range(3):
            os.dup2(null, number)
        os.close(null)
        _run_next(theirs)
    theirs.close()
    _server = _Server(ours)
    _fork_from_here_on()


def _become(request):
    """Make this process what Python would be that was started with this command and environment."""
    if os.environ.get("PYTHONUNBUFFERED"):
        sys.stdout.reconfigure(line_buffering=True)
    ignored = signal.SIGINT in request["ignored"]
    signal.signal(signal.SIGINT, signal.SIG_IGN if ignored else signal.default_int_handler)
    random.seed()
    sys.modules["numpy"].random.seed()
    program, *arguments = request["program"]
    if program == "ipykernel_launcher":
        # What a kernel tells matplotlib before its import.
        sys.modules["matplotlib"].rcParams["backend"] = "module://matplotlib_inline.backend_inline"
    sys.argv, sys.orig_argv = [program, *arguments], request["command"]
    first = str(Path(program).parent) if program.endswith(".py") else os.getcwd()
    extra = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    sys.path[:] = [first, *extra, *(path for path in sys.path if path != str(Path(__file__).parent))]


if __name__ == "__main__":
    _run_next(socket.socket(fileno=int(sys.argv[1])))
