"""How often a theme's test split was looked at, and what that leaves of the figures measured on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from workbench.data.metrics import accuracy_interval
from workbench.store import Session, Store
from workbench.store.test_evaluations import evaluations_of, measured_images, record_evaluation
from workbench.user import user_name

if TYPE_CHECKING:
    import pandas as pd

_SHARE_OF_ERRORS = 0.05


@dataclass(frozen=True)
class Evaluation:
    """One evaluation on the test split: the run whose network answered so many test images, for what, and by whom."""

    at: datetime
    annotator: str
    purpose: str
    run_id: str
    images: int


@dataclass(frozen=True, repr=False)
class TestFigure:
    """An accuracy on the test split: `right` of `total` images, and how many `models` were measured there by then.

    >>> wb.open_theme("cells").test_meter().figure(9, 10)
    TestFigure(90.0 % of 10 test images; true accuracy between 59.6 and 98.2 % (95 %, Wilson))
    """

    right: int
    total: int
    models: int
    __test__ = False

    @property
    def interval(self) -> tuple[float, float]:
        """The interval of the true accuracy, 0 to 1: Wilson's, where those of all models hold at 95 %.

        >>> low, high = wb.open_theme("cells").test_meter().figure(9, 10).interval
        >>> round(low, 2), round(high, 2)
        (0.6, 0.98)
        """
        return accuracy_interval(self.right, self.total, level_for(self.models))

    def __str__(self) -> str:
        low, high = self.interval
        widened = f", widened for {self.models:,} models measured on this test split" if self.models > 1 else ""
        share = 100 * self.right / self.total if self.total else 0.0
        between = f"true accuracy between {100 * low:.1f} and {100 * high:.1f} %"
        return f"{share:.1f} % of {self.total:,} test images; {between} (95 %, Wilson{widened})"

    def __repr__(self) -> str:
        return f"TestFigure({self})"

    def as_dict(self) -> dict[str, Any]:
        """Return what JSON has of it beside an accuracy: `test` in words, `test_interval`, `test_models`.

        >>> wb.open_theme("cells").test_meter().figure(9, 10).as_dict()["test_models"]
        1
        """
        return {"test": str(self), "test_interval": list(self.interval), "test_models": self.models}


def level_for(models: int) -> float:
    """Return the level of each of so many intervals with which all of them hold at 95 % (Bonferroni)."""
    return 1 - _SHARE_OF_ERRORS / max(1, models)


@dataclass(frozen=True, repr=False)
class TestMeter:
    """The evaluations on the test split of a theme since its splits were last reset, the oldest first.

    The more models are measured on one test split, the more likely one of them is only lucky there: with `models` of
    them (runs, each counted once however often it was evaluated), an interval for all at once has a share of errors of
    5 % divided by their number (Bonferroni).

    >>> wb.open_theme("cells").test_meter()
    TestMeter(1 model measured on the test split, ...)
    """

    evaluations: tuple[Evaluation, ...]
    __test__ = False

    @property
    def models(self) -> int:
        """How many different runs were measured on the test split.

        >>> wb.open_theme("cells").test_meter().models
        1
        """
        return len({each.run_id for each in self.evaluations})

    @property
    def level(self) -> float:
        """The level of each interval with which all of them hold at 95 %, between 0.95 and 1.

        >>> wb.open_theme("cells").test_meter().level
        0.95
        """
        return level_for(self.models)

    def figure(self, right: int, total: int) -> TestFigure:
        """Return an accuracy of `right` among `total` test images, with what it rests on.

        >>> wb.open_theme("cells").test_meter().figure(9, 10).models
        1
        """
        return TestFigure(right, total, self.models)

    def interval(self, right: int, total: int) -> tuple[float, float]:
        """The interval of an accuracy, 0 to 1, of `right` among `total` test images: Wilson's, at `level`.

        >>> low, high = wb.open_theme("cells").test_meter().interval(9, 10)
        >>> round(low, 2), round(high, 2)
        (0.6, 0.98)
        """
        return self.figure(right, total).interval

    def words(self, right: int, total: int) -> str:
        """Say an accuracy with its interval and what the interval takes into account.

        >>> wb.open_theme("cells").test_meter().words(9, 10)
        '90.0 % of 10 test images; true accuracy between 59.6 and 98.2 % (95 %, Wilson)'
        """
        return str(self.figure(right, total))

    def to_frame(self) -> pd.DataFrame:
        """Return a row per evaluation: `at` (UTC), `annotator`, `purpose`, `run_id`, `images`.

        >>> wb.open_theme("cells").test_meter().to_frame().purpose[0]
        'training'
        """
        import pandas as pd

        columns = ["at", "annotator", "purpose", "run_id", "images"]
        return pd.DataFrame(
            [tuple(getattr(each, name) for name in columns) for each in self.evaluations], columns=columns
        )

    def as_dict(self) -> dict[str, Any]:
        """Return everything, ready for JSON.

        >>> wb.open_theme("cells").test_meter().as_dict()["models"]
        1
        """
        rows = [{**vars(each), "at": each.at.isoformat(timespec="seconds")} for each in self.evaluations]
        return {"models": self.models, "level": self.level, "evaluations": rows, "words": str(self)}

    def __str__(self) -> str:
        times = len(self.evaluations)
        models = "1 model" if self.models == 1 else f"{self.models:,} models"
        return f"{models} measured on the test split, {times:,} {'time' if times == 1 else 'times'}"

    def __repr__(self) -> str:
        return f"TestMeter({self})"


def meter_of(theme_id: int, *, session: Session) -> TestMeter:
    """Read how often a theme's test split was looked at."""
    return TestMeter(
        tuple(
            Evaluation(row.at, row.annotator, row.purpose, row.run_id, row.images)
            for row in evaluations_of(theme_id, session=session)
        )
    )


def figure_of_run(theme_id: int, run_id: str, accuracy: float | None, *, session: Session) -> TestFigure | None:
    """Return a run's accuracy on the test images of its training as it stands now; None where that is not known."""
    images = measured_images(theme_id, run_id, session=session)
    if accuracy is None or not images:
        return None
    return meter_of(theme_id, session=session).figure(round(accuracy * images), images)


def count_evaluation(store: Store, theme_id: int, run_id: str, purpose: str, images: int) -> None:
    """Record that a run's network has answered so many test images; in a store that can only be read, nothing."""
    if images and not store.is_read_only:
        with store.write() as session:
            record_evaluation(theme_id, run_id, purpose, images, annotator=user_name(), session=session)
