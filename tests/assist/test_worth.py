"""What more labels should bring: right on curves that are known, silent on what is not, and the doubtful ones found."""

from datetime import timedelta

import numpy as np
import pytest

from workbench.api.models import ForecastOut
from workbench.assist.learning_curve import Curve, continued, forecast
from workbench.assist.worth import _told, worth_labeling
from workbench.panels.label.panel import LabelPanel
from workbench.store.annotators.pace import seconds_per_label
from workbench.store.column_types import now
from workbench.store.schema import Batch
from workbench.theme.base import id_of

SIZES = np.array([50, 100, 200, 400, 800, 1_600])


def drawn(law, held=2_000, seed=0):
    """A curve whose mistakes come from a law: an image that is hard stays so, as in a real one."""
    hard = np.random.default_rng(seed).random((4, held))
    wrong = np.stack([hard < law(size) for size in SIZES], axis=1)
    return Curve(SIZES, wrong, np.arange(4 * held).reshape(4, held))


@pytest.mark.parametrize(("floor", "height", "bend"), [(0.02, 0.06, 0.5), (0.0, 0.1, 0.7)])
def test_a_known_curve_is_continued_within_a_point(floor, height, bend):
    def law(size):
        return floor + height * (size / 400) ** -bend

    found = forecast(drawn(law), 2_133, 1_000)
    assert found.then == pytest.approx(1 - law(3_133), abs=0.01)
    assert found.now == pytest.approx(1 - law(2_133), abs=0.01)
    assert found.low - 0.001 <= 1 - law(3_133) <= found.high + 0.001
    assert found.gain_low - 0.001 <= law(2_133) - law(3_133) <= found.gain_high + 0.001


def test_what_is_too_far_or_not_known_is_not_told():
    curve = drawn(lambda size: 0.02 + 0.06 * (size / 400) ** -0.5)
    assert forecast(curve, 2_133, 5_000) is None
    few = drawn(lambda size: 0.1 + 0.1 * (size / 400) ** -0.5, held=60)
    assert forecast(few, 2_133, 200) is None
    assert continued(few, 2_133, 200).margin > 0.01


@pytest.fixture(scope="module")
def clusters():
    """2,000 images of three kinds that overlap a little; the labels of 30 are wrong."""
    generator = np.random.default_rng(4)
    truth = generator.integers(0, 3, 2_000)
    vectors = generator.normal(0, 1, (2_000, 12)).astype(np.float32)
    vectors[np.arange(2_000), truth] += 4.2
    given = truth.copy()
    given[:30] = (given[:30] + 1) % 3
    return vectors, given


def test_doubtful_labels_are_found_and_the_sentence_says_what_they_cost(clusters):
    vectors, given = clusters
    ids = list(range(5_000, 7_000))
    found, reason, curve, _, doubts = _told(vectors, given, ids, ["cat", "dog", "bird"], 200, vectors[:0])
    assert reason == ""
    assert found.more == 200
    assert [size for size, _ in curve] == sorted(size for size, _ in curve)
    planted = set(range(5_000, 5_030))
    assert len(planted & set(doubts.sample_ids)) >= 27
    assert len(set(doubts.sample_ids) - planted) <= 15


def test_of_a_theme_at_ones_own_pace_and_without_looking_at_test(patterns):
    frame = patterns.samples().to_frame()
    truth = frame["name"].str.split("_").str[1].str.removesuffix(".png")
    for label in patterns.labels:
        patterns.samples(frame["id"][truth == label].tolist()).label(label)
    patterns.split((0.5, 0.25, 0.25))
    with patterns.store.write() as session:
        theme_id = id_of(patterns, session)
        begun = now() - timedelta(hours=1)
        seconds = [0, *np.cumsum([2.0] * 25 + [45 * 60] + [4.0] * 5).tolist()]
        for each in seconds:
            at = begun + timedelta(seconds=each)
            session.add(Batch(theme_id=theme_id, at=at, annotator="mika", source="human", action="label", changed=1))
    with patterns.store.read() as session:
        assert seconds_per_label(theme_id, "mika", session=session) == pytest.approx((25 * 2 + 5 * 4) / 30)
        assert seconds_per_label(theme_id, "nobody", session=session) is None
    found = worth_labeling(patterns.store, "patterns", 100, encoder="hog", annotator="mika")
    assert found.labels == 600 - len(patterns.samples(split="test")) < 600, "what is in test is not looked at"
    assert str(found) == found.as_dict()["words"]
    if found.forecast:
        assert "100 more labels, about 4 minutes at your pace, should bring" in str(found)
    else:
        assert "not known" in found.reason
    assert found.curve[-1][1] > found.curve[0][1]
    panel = LabelPanel("patterns", store=patterns.store, encoder="hog")
    shown = panel._methods["forecast"]({"theme": theme_id, "annotator": "mika", "more": 100}).value
    assert shown == found.as_dict()
    assert ForecastOut.model_validate(found.as_dict()).labels == found.labels
