"""Who works on a theme, and how far each is."""

from workbench.store.annotators.assignments import assign_samples
from workbench.store.annotators.members import members_of
from workbench.store.annotators.second_opinions import give_opinion
from workbench.store.decisions import Decision
from workbench.store.single_edits import Edit, decide


def _serve(store, theme_id, annotator, number=5, **more):
    with store.write() as session:
        return assign_samples(theme_id, annotator, number, session=session, **more)


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


def test_the_team_tells_who_is_how_far(store, pets, label_ids):
    theme_id, ids = pets
    _decide(store, theme_id, ids[:3], label_ids["cat"], "ann")
    _opine(store, theme_id, ids[0], label_ids["dog"], "bob")
    _serve(store, theme_id, "cleo", 4)
    with store.read() as session:
        team = members_of(theme_id, session=session)
    told = [(member.annotator, member.decided, member.opinions, member.assigned) for member in team]
    assert told == [("ann", 3, 0, 0), ("bob", 0, 1, 0), ("cleo", 0, 0, 4)]
    assert team[0].last_change is not None
    assert team[2].last_change is None
