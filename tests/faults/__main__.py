"""The tests of this folder many times over: `python -m tests.faults [--long] [--seed N] [--times N]`.

And the requests that schemathesis makes up for the whole REST interface. Prints how many kills there were and what was
acknowledged before; a fault ends in a failure that names its seed.
"""

import argparse
import os
import random
import subprocess
import sys
from pathlib import Path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--long", action="store_const", dest="times", const=30, help="thirty times as many")
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    given = parser.parse_args()
    print(f"seed {given.seed}, {given.times} times", flush=True)
    environment = {**os.environ, "FAULTS_SEED": str(given.seed), "FAULTS_TIMES": str(given.times)}
    here = Path(__file__).parent
    tests = [here, here.parent / "api" / "test_openapi.py"]
    command = [sys.executable, "-m", "pytest", "-q", "-rP", "-p", "no:cacheprovider", *map(str, tests)]
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
