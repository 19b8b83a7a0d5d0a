"""Groups over REST: giving them, looking for near duplicates, listing and mending what lies in two splits."""

from __future__ import annotations

from workbench.api.models import BulkOut, FindGroupsIn, FoundGroupsOut, GroupIn, GroupOut, MendedOut, MendIn
from workbench.api.operations import Operation, Request
from workbench.store.groups.given import set_groups
from workbench.store.groups.straddling import mend_groups
from workbench.store.themes import get_theme


def list_groups(request: Request) -> list[GroupOut]:
    from workbench.theme.group_tables import groups_table

    frame = groups_table(request.store, request.path["theme"])
    return [GroupOut(**dict(zip(frame.columns, row, strict=True))) for row in frame.astype(object).values.tolist()]


def give_group(request: Request) -> BulkOut:
    given: GroupIn = request.body
    with request.store.read() as session:
        theme_id = get_theme(request.path["theme"], session=session).id
    done = set_groups(request.store, theme_id, dict.fromkeys(given.ids, given.group), annotator=request.annotator)
    return BulkOut(batch_id=done.batch_id, changed=done.changed, unchanged=done.unchanged)


def find_groups(request: Request) -> FoundGroupsOut:
    from workbench.embeddings.duplicates.details import THRESHOLD
    from workbench.embeddings.duplicates.search import find_duplicates

    given: FindGroupsIn = request.body
    found = find_duplicates(
        request.store,
        request.path["theme"],
        threshold=THRESHOLD if given.threshold is None else given.threshold,
        annotator=request.annotator,
        progress=False,
    )
    return FoundGroupsOut(**found.as_dict())


def mend(request: Request) -> MendedOut:
    given: MendIn = request.body
    with request.store.read() as session:
        theme_id = get_theme(request.path["theme"], session=session).id
    done = mend_groups(request.store, theme_id, given.groups, annotator=request.annotator)
    return MendedOut(groups=done.groups, moved=done.moved)


OPERATIONS = [
    Operation("GET", "/themes/{theme}/groups", "List groups, those in two splits first", list_groups, list[GroupOut]),
    Operation("POST", "/themes/{theme}/groups", "Say which samples belong together", give_group, BulkOut, body=GroupIn),
    Operation(
        "POST",
        "/themes/{theme}/groups/find",
        "Look for near duplicates",
        find_groups,
        FoundGroupsOut,
        body=FindGroupsIn,
    ),
    Operation(
        "POST",
        "/themes/{theme}/groups/mend",
        "Bring groups in two splits into one",
        mend,
        MendedOut,
        body=MendIn,
    ),
]
