"""What the workers do, for people: images a second, who lags behind, what failed, and that nobody has come yet."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.engine.engines import Engine
    from workbench.engine.worker import Outcome

_TELL_SECONDS = 30.0
_SLOW = 2.0


@dataclass
class WorkerLine:
    """What one worker has done: images, seconds at work, images that failed."""

    worker: str
    images: int = 0
    seconds: float = 0.0
    failed: int = 0

    @property
    def speed(self) -> float:
        """Images a second while it worked."""
        return self.images / self.seconds if self.seconds else 0.0


@dataclass
class Watch:
    """Follows the workers. `tell` shows a sentence: that no worker has come, or that a chunk takes very long."""

    tell: Callable[[str], None] = field(default=lambda sentence: print(sentence, file=sys.stderr, flush=True))
    clock: Callable[[], float] = time.monotonic
    lines: dict[str, WorkerLine] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    _longest: float = 0.0
    _since: float | None = None
    _told: float = 0.0

    def done(self, outcome: Outcome) -> None:
        """Count a chunk."""
        self._since = None
        self.reasons.update(outcome.failed)
        if not outcome.worker:
            return  # done in an earlier run
        line = self.lines.setdefault(outcome.worker, WorkerLine(outcome.worker))
        line.images += outcome.images
        line.seconds += outcome.seconds
        line.failed += sum(outcome.failed.values())
        self._longest = max(self._longest, outcome.seconds)

    def look(self, engine: Engine) -> None:
        """Tell each 30 s that nobody works, or that the next chunk takes much longer than any before."""
        now = self.clock()
        if self._since is None:
            self._since = self._told = now
        if now - self._told < _TELL_SECONDS:
            return
        waited = now - self._since
        if engine.workers() == 0:
            self._told = now
            self.tell(
                f"No worker after {waited:.0f} s: {engine.settings.where} has given none yet. Ctrl+C stops; it goes on "
                "by itself when one comes."
            )
        elif self._longest and waited > 3 * self._longest:
            self._told = now
            self.tell(f"The next chunk takes {waited:.0f} s so far; the longest before took {self._longest:.0f} s.")

    def stragglers(self) -> list[str]:
        """The workers that are less than half as quick as the middle one."""
        speeds = [line.speed for line in self.lines.values() if line.images]
        if len(speeds) < 2:
            return []
        return [name for name, line in self.lines.items() if line.images and _SLOW * line.speed < median(speeds)]

    def short(self) -> str:
        """A few words for a progress bar."""
        slow = self.stragglers()
        text = f"{len(self.lines)} workers"
        if slow:
            text += f", slow: {', '.join(slow[:2])}{' ...' if len(slow) > 2 else ''}"
        failed = sum(self.reasons.values())
        return text + (f", {failed:,} failed" if failed else "")

    def beside(self, bar: Any) -> Callable[[int], None]:
        """Return what moves a progress bar, with these words beside it."""

        def update(more: int) -> None:
            bar.set_postfix_str(self.short(), refresh=False)
            bar.update(more)

        return update

    def __str__(self) -> str:
        slow = set(self.stragglers())
        rows = [
            f"worker {line.worker}: {line.images:,} images, {line.speed:,.0f} a second"
            f"{' (less than half as quick as the others)' if line.worker in slow else ''}"
            for line in sorted(self.lines.values(), key=lambda line: -line.images)
        ]
        rows += [f"{count:,} failed: {reason}" for reason, count in self.reasons.most_common(5)]
        return "\n".join(rows)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        workers = {
            line.worker: {"images": line.images, "images_per_second": round(line.speed, 1), "failed": line.failed}
            for line in self.lines.values()
        }
        return {"workers": workers, "stragglers": self.stragglers(), "failures": dict(self.reasons)}
