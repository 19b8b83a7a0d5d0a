"""Groups in the face: given by what names, folders and tables say, kept in an archive, refused in a sentence."""

import pandas as pd
import pytest

import workbench as wb
from workbench.errors import NotFoundError, WorkbenchError


def groups_of(theme):
    return {row.names: row.samples for row in theme.groups().itertuples()}


def test_groups_come_from_names_folders_and_tables(theme):
    assert theme.set_groups(level=-1).changed == 8
    assert groups_of(theme) == {"red": 4, "white": 4}
    assert theme.set_groups(pattern=r"_(\d)").changed == 8
    assert groups_of(theme) == {str(number): 2 for number in range(4)}
    table = pd.DataFrame({"sha256": [sample.sha256 for sample in theme.samples(label="red")], "patient": 7})
    assert theme.set_groups(table, field="patient").changed == 4
    assert len(theme.samples(group="7")) == 4
    assert theme.history(limit=1)[["action", "after"]].values.tolist() == [["group", "7"]]
    assert theme.undo().restored == 4
    assert theme.set_groups({"red/red_0.png": "a", "red/red_1.png": "a"}).changed == 2
    with pytest.raises(WorkbenchError, match="one of: a table"):
        theme.set_groups(pattern="a", level=1)
    with pytest.raises(WorkbenchError, match=r"two groups for 'red/red_0\.png'"):
        theme.set_groups(pd.DataFrame({"name": ["red/red_0.png"] * 2, "group": ["a", "b"]}))
    with pytest.raises(WorkbenchError, match="No image of 'cells'"):
        theme.set_groups(pattern="patient_(.)")
    with pytest.raises(NotFoundError, match="group"):
        theme.samples(group="zzz").ids  # noqa: B018 - reading is what fails


def test_an_archive_keeps_the_groups(theme, tmp_path):
    theme.samples(label="red").tag_group("patient 7")
    theme.export(tmp_path / "cells.zip", format="workbench")
    other = wb.create_theme("copy", store=theme.store)
    other.import_images(tmp_path / "cells.zip", progress=False)
    assert groups_of(other) == {"patient 7": 4}
    assert sorted(sample.name for sample in other.samples(group="patient 7")) == [f"red/red_{n}.png" for n in range(4)]
