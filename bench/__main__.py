"""Run every benchmark and print one table: what, ours, baseline, ratio, goal.

    python bench [--json FILE] [--only NAME ...]

Needs a quiet machine and some 15 minutes on 2 cores. The same table goes to FILE (runs/bench.json by default) with the
machine that it was measured on. Exit code 1 when a script failed; a goal that was missed is only marked.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import psutil
from comparison import ROWS_VARIABLE, Row, table

BENCH = Path(__file__).resolve().parent
NOT_SCRIPTS = ("__main__", "comparison", "hosts", "mnist_accuracy", "time_to_accuracy")


def main() -> None:
    """Run the scripts one after the other."""
    scripts = sorted(file for file in BENCH.glob("*.py") if file.stem not in NOT_SCRIPTS)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, default=BENCH.parent / "runs" / "bench.json")
    parser.add_argument("--only", nargs="+", choices=[file.stem for file in scripts])
    arguments = parser.parse_args()
    chosen = [file for file in scripts if not arguments.only or file.stem in arguments.only]
    rows, failed, started = [], [], time.monotonic()
    for script in chosen:
        print(f"== {script.name}", flush=True)
        began = time.monotonic()
        found, ok = run(script)
        rows += found
        failed += [] if ok else [script.name]
        print(f"   {time.monotonic() - began:.0f} s", flush=True)
    print(f"\n{machine()}, {time.monotonic() - started:.0f} s in all\n\n{table(rows)}")
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    document = {"machine": machine(), "at": f"{datetime.now(UTC):%Y-%m-%d}", "rows": [asdict(row) for row in rows]}
    arguments.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    print(f"\nAlso in {arguments.json}")
    if failed:
        sys.exit(f"Failed: {', '.join(failed)}; see above.")


def run(script: Path) -> tuple[list[Row], bool]:
    """Run one script and return its rows, and whether it ended well."""
    with tempfile.TemporaryDirectory(prefix="bench-rows-") as folder:
        collected = Path(folder) / "rows.jsonl"
        environment = os.environ | {ROWS_VARIABLE: str(collected), "PYTHONPATH": _path(), "TQDM_DISABLE": "1"}
        done = subprocess.run([sys.executable, script], cwd=BENCH.parent, env=environment, check=False)
        lines = collected.read_text(encoding="utf-8").splitlines() if collected.exists() else []
    return [Row(**json.loads(line)) for line in lines], done.returncode == 0


def machine() -> str:
    """Name the machine: processor, cores, memory, Python."""
    cpuinfo = Path("/proc/cpuinfo")
    names = cpuinfo.read_text().split("model name") if cpuinfo.exists() else []
    name = names[1].split("\n")[0].strip("\t :") if len(names) > 1 else platform.processor() or platform.machine()
    memory = psutil.virtual_memory().total / 2**30
    return f"{name}, {psutil.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"


def _path() -> str:
    return os.pathsep.join(filter(None, [str(BENCH.parent), os.environ.get("PYTHONPATH")]))


if __name__ == "__main__":
    main()
