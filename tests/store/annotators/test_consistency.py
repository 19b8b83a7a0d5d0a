"""Asked again about one's own images: what is said changes nothing, is counted, and can be taken back."""

import pytest

from workbench.errors import ConflictError
from workbench.store.annotators.consistency import Consistency, answer_again, consistency_of, samples_to_repeat
from workbench.store.annotators.second_opinions import give_opinion
from workbench.store.decisions import Decision
from workbench.store.label_merges import merge_labels
from workbench.store.samples import get_sample
from workbench.store.single_edits import Edit, decide
from workbench.store.undo import undo


def test_a_share_of_ones_own_is_asked_again_and_compared(store, pets, label_ids):
    theme_id, ids = pets
    cat, dog = label_ids["cat"], label_ids["dog"]
    with store.write() as session:
        for sample_id in ids:
            given = Edit(sample_id, Decision.of(cat))
            decide(theme_id, [given], annotator="ann" if sample_id != ids[0] else "bob", session=session)
        give_opinion(theme_id, ids[1], dog, annotator="bob", session=session)
    with store.read() as session:
        first = samples_to_repeat(theme_id, "ann", number=100, session=session)
        assert first == samples_to_repeat(theme_id, "ann", number=100, session=session)
        assert samples_to_repeat(theme_id, "ann", number=3, session=session) == first[:3]
    assert set(first) == set(ids[2:10]), "neither another's, nor what others were asked about, nor the latest twenty"

    def again(sample_id, label_id, **more):
        with store.write() as session:
            return answer_again(theme_id, sample_id, label_id, annotator="ann", session=session, **more).status

    assert [again(first[0], cat), again(first[1], dog, client_key="k"), again(first[2], None)] == [
        "agrees",
        "differs",
        "differs",
    ]
    assert again(first[1], dog, client_key="k") == "replayed"
    with pytest.raises(ConflictError, match="'bob' decided about this sample since"):
        again(ids[0], cat)
    with store.read() as session:
        assert consistency_of(theme_id, session=session) == [Consistency("ann", 3, 1, sorted(first[1:3]))]
        assert get_sample(first[1], session=session).label_id == cat, "what is said again changes nothing"
        assert not set(first[:3]) & set(samples_to_repeat(theme_id, "ann", number=100, session=session))
    with store.write() as session:
        assert undo(theme_id, annotator="ann", session=session).restored == 1
        merge_labels(dog, cat, annotator="ann", session=session)
    with store.read() as session:
        assert consistency_of(theme_id, session=session) == [Consistency("ann", 2, 2, [])], "dog counts as cat now"
