"""How far annotators agree."""

import pytest

from workbench.store.annotators.agreement import agreement_of, measure_agreement
from workbench.store.annotators.answers import answered_samples
from workbench.store.annotators.second_opinions import give_opinion
from workbench.store.decisions import Decision
from workbench.store.single_edits import Edit, decide


def _decide(store, theme_id, ids, label_id, annotator):
    with store.write() as session:
        decide(
            theme_id,
            [Edit(sample_id, Decision.of(label_id)) for sample_id in ids],
            annotator=annotator,
            session=session,
        )


def _opine(store, theme_id, sample_id, label_id, annotator, **more):
    with store.write() as session:
        return give_opinion(theme_id, sample_id, label_id, annotator=annotator, session=session, **more).status


class TestAgreement:
    def test_of_a_theme(self, store, pets, label_ids):
        theme_id, ids = pets
        _decide(store, theme_id, ids[:4], label_ids["cat"], "ann")
        _decide(store, theme_id, ids[4:8], label_ids["dog"], "ann")
        for sample_id, name in zip(ids[:8], ["cat"] * 3 + ["dog"] * 5, strict=True):
            _opine(store, theme_id, sample_id, label_ids[name], "bob")
        with store.read() as session:
            agreement = agreement_of(theme_id, session=session)
        assert (agreement.samples, agreement.percent, agreement.fleiss_samples) == (8, 87.5, 8)
        [pair] = agreement.pairs
        assert (pair.first, pair.second, pair.samples, pair.percent) == ("ann", "bob", 8, 87.5)
        # Observed 7/8, by chance 1/2 * 3/8 + 1/2 * 5/8 = 1/2.
        assert pair.kappa == pytest.approx(0.75)
        assert {row.label: row.answers for row in agreement.labels} == {"cat": 7, "dog": 9}

    def test_the_example_of_fleiss_paper(self):
        """Fleiss (1971), table 1 has 30 subjects; the widely used small example has 10 and a kappa of 0.210."""
        table = [
            (0, 0, 0, 0, 14),
            (0, 2, 6, 4, 2),
            (0, 0, 3, 5, 6),
            (0, 3, 9, 2, 0),
            (2, 2, 8, 1, 1),
            (7, 7, 0, 0, 0),
            (3, 2, 6, 3, 0),
            (2, 5, 3, 2, 2),
            (6, 5, 2, 1, 0),
            (0, 2, 2, 3, 7),
        ]
        answers = []
        for row in table:
            given = [label for label, number in zip("abcde", row, strict=True) for _ in range(number)]
            answers.append({f"rater {number}": label for number, label in enumerate(given)})
        assert measure_agreement(answers).fleiss == pytest.approx(0.210, abs=0.001)

    def test_where_kappa_is_not_defined(self):
        agreement = measure_agreement([{"ann": "cat", "bob": "cat"}] * 3)
        assert (agreement.percent, agreement.fleiss, agreement.pairs[0].kappa) == (100, None, None)

    def test_without_any_overlap(self, store, pets):
        with store.read() as session:
            agreement = agreement_of(pets[0], session=session)
        assert (agreement.samples, agreement.percent, agreement.pairs) == (0, None, [])


def test_answers_are_those_of_people_who_could_tell(store, pets, label_ids):
    theme_id, ids = pets
    _decide(store, theme_id, ids[:3], label_ids["cat"], "ann")
    _opine(store, theme_id, ids[0], label_ids["dog"], "bob")
    _opine(store, theme_id, ids[1], None, "bob")
    with store.read() as session:
        found = answered_samples(theme_id, session=session)
    assert [(row.sample_id, row.label_id, row.answers) for row in found] == [
        (ids[0], label_ids["cat"], {"ann": label_ids["cat"], "bob": label_ids["dog"]}),
        (ids[1], label_ids["cat"], {"ann": label_ids["cat"]}),
        (ids[2], label_ids["cat"], {"ann": label_ids["cat"]}),
    ]
