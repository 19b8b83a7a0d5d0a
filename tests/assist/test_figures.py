"""The numbers that are announced: the check's interval, the estimate, classes that are rare or missing."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from workbench.assist.check import check_result, draw
from workbench.assist.classifier import choose, fit, without
from workbench.assist.estimate import Estimate, calibrate, estimate, overlooked_share
from workbench.assist.learning import Choice, Features, Learned, read_features
from workbench.assist.pages import page_of_taken_off, suggested_pages
from workbench.assist.rows import MODEL, TOGETHER, Rows
from workbench.assist.serving import odd_until_goal
from workbench.assist.stage import stage_of
from workbench.assist.standing import Check, Told, read_pages
from workbench.embeddings.encoder import Part
from workbench.embeddings.projection import fit_projection
from workbench.embeddings.vectors import VectorFolder
from workbench.store.assistance import AnsweredPage


def test_the_interval_of_a_check_holds_the_truth_in_nineteen_of_twenty_draws():
    generator = np.random.default_rng(0)
    held = 0
    for _ in range(400):
        truth = generator.random(5_000) < generator.uniform(0.001, 0.03)
        chosen = draw(np.arange(5_000), int(generator.integers(1 << 30)))
        wrong = int(truth[chosen].sum())
        left = (truth.sum() - wrong) / 10_000
        found = check_result(len(chosen), wrong, 5_000, 10_000)
        held += found.low <= 1 - left <= found.high
    assert held >= 380


def test_a_check_by_somebody_who_overlooks_is_wider():
    sharp, blind = check_result(600, 6, 9_000, 10_000), check_result(600, 6, 9_000, 10_000, overlooked=0.3)
    assert blind.low < sharp.low
    assert blind.right < sharp.right
    assert check_result(0, 0, 0, 10).low == 0


@pytest.mark.parametrize("bias", [0.0, 0.2])
def test_the_estimate_is_corrected_by_what_pages_showed(bias):
    generator = np.random.default_rng(1)
    said = generator.uniform(0.3, 1, 8_000)
    right = generator.random(8_000) < np.clip(said - bias * (said < 0.9), 0, 1)
    pages = [(said[start : start + 50], right[start : start + 50]) for start in range(0, 2_000, 50)]
    found = estimate(2_000, said[2_000:], calibrate(pages), goal=0.9)
    truth = (2_000 + right[2_000:].sum()) / 8_000
    assert abs(found.right - truth) < 0.02
    assert found.low <= truth <= found.high
    assert found.presses > 0


def test_overlooked_ones_are_told_from_planted_ones():
    assert overlooked_share(0, 0) < 0.05
    assert 0.15 < overlooked_share(4, 20) < 0.25


def test_what_is_hidden_is_less_once_a_second_look_or_a_check_has_found_it():
    labeling = [
        AnsweredPage("suggested", tuple(range(start, start + 50)), 1, off=tuple(range(start, start + 10)))
        for start in range(0, 500, 50)
    ]
    # Of an odd image on each of ten pages six were seen.
    planted = [
        replace(page, shown=(*page.shown, 1000 + number), planted=(1000 + number,))
        for number, page in enumerate(labeling)
    ]
    pages = [
        replace(page, off=(*page.off, *page.planted)) if number < 6 else page for number, page in enumerate(planted)
    ]
    told = read_pages(pages, range(2000))
    assert 40 < told.hidden < 60
    assert told.proposes_second_look
    wrong = tuple(start + each for start in range(0, 500, 50) for each in range(10, 14))
    look = AnsweredPage("second look", wrong, labels=(2,) * 40, seen=(1,) * 40)
    assert read_pages([*pages, look], range(2000)).hidden == pytest.approx(told.hidden - 40 + 40 * told.hidden / 100)
    assert read_pages([*pages, replace(look, off=wrong)], range(2000)).hidden == 0
    some = read_pages([*pages, look, replace(look, off=wrong[2:])], range(2000))
    assert some.hidden < 25
    assert not some.proposes_second_look
    assert read_pages([*pages, look, replace(look, off=wrong), *pages], range(2000)).proposes_second_look is False
    assert read_pages([*pages, look, replace(look, off=wrong), *pages, *pages], range(2000)).proposes_second_look
    # A check finds what was accepted, too; what it takes off of others was hidden on no page.
    drawn = AnsweredPage("drawn", (*wrong[:5], 900), labels=(1,) * 6, batch_id=7)
    check = AnsweredPage("check", drawn.shown, 1, off=drawn.shown, drawn=7)
    found = read_pages([*pages, drawn, check], range(2000))
    per_found = found.overlooked / (1 - found.overlooked)
    assert found.hidden == pytest.approx(100 * per_found - 5 + 5 * per_found)


def test_what_a_check_finds_on_accepted_pages_had_been_overlooked():
    accepted = AnsweredPage("suggested", tuple(range(100)), 1, off=tuple(range(20)))
    drawn = AnsweredPage("drawn", tuple(range(20, 120)), labels=(1,) * 100, population=1000, batch_id=7)
    check = AnsweredPage("check", drawn.shown, 1, off=(30, 31, 110), drawn=7)
    # A tenth was looked at once more: of 2 odd ones that were seen, and 2 that were not.
    assert read_pages([accepted, drawn, check], range(200)).overlooked == pytest.approx((2 + 0.1) / (4 + 4))
    # Whoever sees all is believed more after a check.
    sharp = [
        read_pages(pages, range(200)).overlooked for pages in ([accepted], [accepted, drawn, replace(check, off=())])
    ]
    assert sharp[1] < sharp[0]


def test_a_label_that_was_taken_off_is_not_suggested_and_one_class_teaches_nothing():
    features = np.random.default_rng(0).standard_normal((60, 5)).astype(np.float32)
    classes = np.repeat([0, 2], 30)
    features[classes == 2] += 3
    assert fit(features[:30], classes[:30], 3) is None
    found = fit(features, classes, 3).probabilities(features)
    assert found[:, 1].max() < 1e-6
    assert (found.argmax(axis=1) == classes).mean() > 0.95
    assert without(found, {0: {0}})[0].argmax() == 2


def test_labels_that_cannot_be_told_apart_are_noticed():
    generator = np.random.default_rng(0)
    classes = generator.integers(0, 3, 200)
    noise = generator.standard_normal((200, 64)).astype(np.float32)
    found = choose([noise, noise + 2 * np.eye(3, 64, dtype=np.float32)[classes]], classes)
    assert found.features == 1
    assert found.accuracy > 0.7
    assert choose([noise], classes).accuracy < choose([noise], classes).chance + 0.1


def test_a_page_begins_where_a_quarter_is_odd_at_most():
    certainty = np.linspace(0.05, 1, 400)
    best = (certainty < 0.5).astype(int)
    certainty = np.maximum(certainty, 1 - certainty)
    sure = suggested_pages(best, certainty, np.arange(400), size=50)
    assert {page.label for page in sure} == {0, 1}
    for page in sure:
        assert (best[page.positions] == page.label).all()
        shown = certainty[page.positions]
        assert 0.15 < (1 - shown).mean() <= 0.25


def test_what_was_taken_off_comes_as_its_next_best_once_there_is_a_page_of_it():
    best = np.array([0] * 30 + [1] * 30)
    certainty = np.linspace(0.5, 0.99, 60)
    assert page_of_taken_off(best, certainty, np.r_[20:29, 30:36]) is None
    page = page_of_taken_off(best, certainty, np.r_[20:29, 30:60], size=20)
    assert (page.label, sorted(page.positions)) == (1, list(range(40, 60)))
    assert page.odd == pytest.approx((1 - certainty[40:]).sum())
    assert page_of_taken_off(best, certainty, np.empty(0, np.int64)) is None
    # Only as many as are likely to belong together.
    unsure = np.where(np.arange(60) < 45, 0.4, 0.9)
    assert sorted(page_of_taken_off(best, unsure, np.r_[30:60], odd=0.2).positions) == [*range(30, 33), *range(45, 60)]
    assert page_of_taken_off(best, np.full(60, 0.4), np.r_[30:60]) is None


def test_near_the_goal_a_page_asks_for_no_more_than_is_missing():
    def share(right):
        return odd_until_goal(Estimate(right, right, right, 0), 10_000, 0.99, 50)

    # Missing: 100 images, 5, hardly one; and nothing, where a check has found less than the estimate says.
    assert [share(right) for right in (0.98, 0.9895, 0.98999, 0.995)] == pytest.approx([0.25, 0.1, 0.02, 0.25])
    assert odd_until_goal(None, 10_000, 0.99, 50) == 0.25


def test_the_projection_keeps_what_tells_images_apart_and_is_the_same_each_time():
    generator = np.random.default_rng(0)
    vectors = generator.standard_normal((500, 80))
    vectors[:250, :5] += 4
    first, second = fit_projection(vectors, 10), fit_projection(vectors, 10)
    np.testing.assert_array_equal(first(vectors), second(vectors))
    found = first(vectors.astype(np.float16))
    assert found.shape == (500, 10)
    centers = found[:250].mean(axis=0), found[250:].mean(axis=0)
    assert np.linalg.norm(centers[0] - centers[1]) > 5


def test_features_that_come_later_take_their_place_beside_those_that_are_there(tmp_path):
    generator = np.random.default_rng(0)
    digests = tuple(hashlib.sha256(bytes([number])).hexdigest() for number in range(200))
    vectors = generator.normal(0, 1, (200, 40)).astype(np.float32)
    vectors[7] = np.nan  # an image that could not be read
    nothing = np.zeros(200, np.int64)
    rows = Rows(0, 0, (), np.arange(200), digests, nothing - 1, nothing.astype(np.uint8), nothing.astype(bool))
    folder = VectorFolder(tmp_path, 40)
    parts = (Part("all", 0, 40),)
    first, later = np.r_[0:90, 110:200], np.r_[90:95]
    with folder.appending() as target:
        target.append([digests[each] for each in first], vectors[first])
    before = read_features(folder, parts, rows, None)
    with folder.appending() as target:
        target.append([digests[each] for each in later], vectors[later])
    now = read_features(folder, parts, rows, before)
    assert now.positions.tolist() == [each for each in [*range(95), *range(110, 200)] if each != 7]
    projection = now.projections["all"]
    assert projection is before.projections["all"]
    expected = projection(vectors[now.positions].astype(np.float16))
    np.testing.assert_allclose(now.values["all"], expected, rtol=1e-3, atol=1e-3)
    assert read_features(folder, parts, rows, now) is now


def learned_of(decided):
    """What is known of 100 images of two labels, of which so many have one from a page."""
    classes = np.where(np.arange(100) < decided, 0, -1)
    by = np.where(classes >= 0, TOGETHER, 0).astype(np.uint8)
    rows = Rows(0, 0, (1, 2), np.arange(100), ("",) * 100, classes, by, np.zeros(100, bool))
    features = Features(100, rows.digests, np.arange(100), {"all": np.zeros((100, 2), np.float32)}, {})
    return Learned(rows, features, "all", probabilities=np.full((100, 2), 0.5, np.float32))


@pytest.mark.parametrize(
    ("decided", "right", "checked", "since", "stage"),
    [
        (50, 0.97, None, 0, "suggested"),
        (50, 0.995, None, 0, "check"),
        (50, 0.995, 0.98, 2, "suggested"),
        (50, 0.995, 0.98, 6, "check"),
        (50, 0.995, 0.995, 0, "done"),
        # What was overlooked in the check lowers the estimate; the check knew it.
        (50, 0.989, 0.995, 0, "done"),
        (50, 0.989, 0.995, 6, "suggested"),
        # Nothing is left to label: pages would be empty for ever.
        (100, 0.989, None, 9, "check"),
        (100, 0.989, 0.98, 9, "check"),
    ],
)
def test_what_comes_next_follows_from_the_estimate_and_the_check(decided, right, checked, since, stage):
    result = None if checked is None else check_result(600, round(600 * (1 - checked)), 100, 100)
    check = None if checked is None else Check(1, {}, (), replace(result, right=checked))
    pages = (AnsweredPage("look-alikes", (1,), 1),) * 20
    told = Told(pages=pages, check=check, since_check=since)
    learned = learned_of(decided)
    assert stage_of(learned, told, Estimate(right, right, right, 0), 0.99) == stage
    if stage == "done":
        # Where much is overlooked, the second look that is advised comes first.
        assert (
            stage_of(learned, replace(told, overlooked=0.2, planted=20), Estimate(right, right, right, 0), 0.99)
            == "suggested"
        )
    if decided == 100:
        unseen = replace(learned, rows=replace(learned.rows, by=np.full(100, MODEL, np.uint8)))
        assert stage_of(unseen, told, Estimate(right, right, right, 0), 0.99) == stage


def test_a_model_that_cannot_tell_the_labels_apart_says_so():
    for accuracy, helpless in ((0.52, True), (0.9, False)):
        choice = Choice(0, 0.1, 0.7, accuracy, 0.5)
        assert replace(learned_of(50), choice=choice, chosen_at=200).helpless is helpless
        assert not replace(learned_of(50), choice=choice, chosen_at=60).helpless
