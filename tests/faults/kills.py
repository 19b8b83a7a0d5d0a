"""Programs that are killed at random moments, and what that came to.

A kill is drawn from its seed alone: the same seed kills after the same time. What is in the store then depends on the
machine too, so that a seed that fails may have to be tried more than once.
"""

import os
import random
import time
from dataclasses import dataclass, field

SEED = int(os.environ.get("FAULTS_SEED", "1"))
"""Another seed kills at other moments."""
TIMES = int(os.environ.get("FAULTS_TIMES", "1"))


@dataclass
class Outcome:
    """What some kills came to: how many there were, what had been acknowledged before them, and what is not right."""

    kills: int = 0
    acknowledged: int = 0
    faults: list[str] = field(default_factory=list)

    def add(self, seed, *, acknowledged=0, fault="", killed=True):
        """Count one process; `fault` is what is wrong after it, nothing when all is right."""
        self.kills += killed
        self.acknowledged += acknowledged
        self.faults += [f"seed {seed}: {fault}"] if fault else []

    def report(self):
        print(f"FAULTS {self.kills} kills, {self.acknowledged} acknowledged, {len(self.faults)} lost or half-done")
        assert self.faults == []


def seeds(number, cost=1):
    """The seeds of so many kills, of more in a long run: of what costs more, fewer more."""
    return range(SEED, SEED + number * max(1, TIMES // cost))


def begin(run_python, code, *arguments):
    """Start a program and wait until it says that it has begun."""
    child = run_python(code, *arguments)
    assert child.stdout.readline() == "begun\n", child.communicate()
    return child


def kill(child, seed, longest):
    """Let a program work for a time drawn from the seed, kill it, and return the lines that it had printed."""
    return kill_together({seed: child}, longest)[seed]


def kill_together(children, longest):
    """The same for several at once, by seed, each at its own moment."""
    moments = {seed: random.Random(seed).uniform(0, longest) for seed in children}
    for child in children.values():
        child.stdin.write("go\n")
        child.stdin.flush()
    now, lines = 0.0, {}
    for seed in sorted(moments, key=moments.__getitem__):
        time.sleep(moments[seed] - now)
        now = moments[seed]
        lines[seed] = end(children[seed])
    return lines


def end(child):
    """Kill a program now, and return the lines that it had printed."""
    child.kill()
    child.wait()
    # A line that was cut off was not acknowledged.
    lines = [line.rstrip("\n") for line in child.stdout.readlines() if line.endswith("\n")]
    child.close()
    return lines
