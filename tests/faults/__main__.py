"""The tests of this folder many times over: `python -m tests.faults [--long] [--seed N] [--times N]`.

And the requests that schemathesis makes up for the whole REST interface. Prints how many kills there were, what was
acknowledged before, and how many inputs were tried; a fault ends in a failure that names its seed. `--long` takes some
ten minutes on a machine that does nothing else.
"""

import argparse
import os
import random
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

_COUNTS = re.compile(r"(\d+) (kills|acknowledged|lost or half-done|inputs)")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--long", action="store_const", dest="times", const=10, help="ten times as many")
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2, 10**6))
    given = parser.parse_args()
    print(f"seed {given.seed}, {given.times} times", flush=True)
    environment = {**os.environ, "FAULTS_SEED": str(given.seed), "FAULTS_TIMES": str(given.times)}
    here = Path(__file__).parent
    tests = [here, here.parent / "api" / "test_openapi.py"]
    command = [sys.executable, "-m", "pytest", "-v", "-rP", "-p", "no:cacheprovider", *map(str, tests)]
    counts: Counter[str] = Counter()
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        for line in running.stdout:
            print(line, end="", flush=True)
            if line.startswith("FAULTS "):
                counts.update({what: int(number) for number, what in _COUNTS.findall(line)})
    print(", ".join(f"{number:,} {what}" for what, number in counts.items()))
    return running.returncode


if __name__ == "__main__":
    raise SystemExit(main())
