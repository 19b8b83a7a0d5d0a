"""The REST interface: a thousand decisions in one request, and an upload of 400 MB.

    python bench/rest.py [--megabytes 400]

Both are counted at the server: its processor seconds for the decisions, and how much its memory had grown at most
when the upload was over. Linux only.
"""

from __future__ import annotations

import argparse
import http.client
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import psutil
from comparison import Row, report
from PIL import Image

from tests.api.conftest import served

DECISIONS = 1_000
SECONDS, MEGABYTES = 0.5, 100
"""The goals: of the decisions, and of what an upload of any size takes in memory."""
_BOUNDARY = "bench"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=400)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="workbench-bench-") as folder, served(Path(folder) / "api") as api:
        server = next(each for each in psutil.Process().children() if "jupyter_server" in each.cmdline())
        api.post("/themes", {"name": "bench", "labels": ["a", "b"]})
        upload(api, images(DECISIONS, 8))
        seconds = decisions(api, server)
        before = peak_mb(server)
        upload(api, images(given.megabytes, 577))
        grown = peak_mb(server) - before
    report(
        [
            Row(
                f"REST: {DECISIONS:,} decisions in one request, processor time",
                f"{seconds:.2f} s",
                goal=f"{SECONDS} s",
                met=seconds <= SECONDS,
            ),
            Row(
                f"REST: memory of the server, upload of {given.megabytes} MB",
                f"{grown:.0f} MB",
                goal=f"{MEGABYTES} MB",
                met=grown <= MEGABYTES,
            ),
        ]
    )


def decisions(api: Any, server: psutil.Process) -> float:
    """Send the decisions and return the processor seconds that they took the server."""
    ids = [
        sample["id"]
        for offset in range(0, DECISIONS, 100)
        for sample in api.get("/themes/bench/samples", offset=offset, limit=100)[1]["samples"]
    ]
    before = sum(server.cpu_times()[:2])
    status, _ = api.post("/themes/bench/decisions", {"decisions": [{"sample_id": each, "label": "a"} for each in ids]})
    assert (status, len(ids)) == (200, DECISIONS)
    return sum(server.cpu_times()[:2]) - before


def images(number: int, side: int) -> Iterator[bytes]:
    """Yield images as parts of a multipart body; those of 577 pixels take a megabyte each."""
    pixels = np.random.default_rng(0).integers(0, 255, (side, side, 3), np.uint8)
    for each in range(number):
        pixels[0, 0] = (each % 256, each // 256, 1)
        content = io.BytesIO()
        Image.fromarray(pixels).save(content, "BMP")
        head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="{side}-{each}.bmp"\r\n\r\n'
        yield head.encode() + content.getvalue() + b"\r\n"
    yield f"--{_BOUNDARY}--\r\n".encode()


def upload(api: Any, parts: Iterator[bytes]) -> None:
    """Send a multipart body."""
    address, body = urlsplit(api.url), list(parts)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=600)
    headers = {
        "Authorization": f"token {api.token}",
        "Content-Type": f"multipart/form-data; boundary={_BOUNDARY}",
        "Content-Length": str(sum(map(len, body))),
    }
    connection.request("POST", f"{address.path}/themes/bench/samples", iter(body), headers)
    answer = connection.getresponse()
    assert answer.status == 200, answer.read()
    connection.close()


def peak_mb(server: psutil.Process) -> float:
    """The largest memory that a process has had."""
    lines = Path(f"/proc/{server.pid}/status").read_text(encoding="utf-8").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1_000


if __name__ == "__main__":
    main()
