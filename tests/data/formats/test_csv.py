"""CSV files written by hand."""

import pytest

from workbench.errors import WorkbenchError
from workbench.store.themes import get_theme


def test_labels_splits_and_boxes_come_in(data_set, bring_in):
    root = data_set(
        {
            "a.png": (40, 30),
            "sub/b.png": (40, 30),
            "c.png": (40, 30),
            "list.csv": "Filename;class;split;box_label;x;y;width;height;comment\n"
            'a.png;cat;val;ear;1;2;3.5;4;"two\nlines"\na.png;cat;val;eye;0;0;40;30;\nsub\\b.png;dog;;;;;;;\nc.png;;;;;;;;\n',
        }
    )

    report, theme = bring_in(root / "list.csv")

    assert (report.format, report.added, report.rejected) == ("csv", 3, [])
    assert theme == {
        "a.png": ("cat", "valid", [("ear", 1, 2, 3.5, 4), ("eye", 0, 0, 40, 30)]),
        "sub/b.png": ("dog", None, []),
        "c.png": (None, None, []),
    }


def test_boxes_that_come_later_in_the_list_make_a_theme_for_boxes_too(data_set, bring_in, sqlite_store, monkeypatch):
    monkeypatch.setattr("workbench.data.importing.run.IMAGES_PER_TRANSACTION", 1)
    rows = "file,box_label,x,y,width,height\na.png,,,,,\nb.png,ear,1,1,5,5\n"
    root = data_set({"a.png": (40, 30), "b.png": (40, 30), "list.csv": rows})

    bring_in(root / "list.csv")

    with sqlite_store.read() as session:
        assert get_theme("cells", session=session).task == "boxes"


def test_each_irregularity_is_refused_with_its_line(data_set, bring_in):
    lines = [
        "file,label,split,box_label,x,y,width,height",
        "a.png,cat,,ear,1,1,5,5",
        "a.png,dog,,ear,1,1,5,5",
        "a.png,cat,,ear,1,1,five,5",
        "a.png,cat,,ear,1,1,5,",
        "a.png,cat,,ear,1,1,0,5",
        "gone.png,cat,,,,,,",
        "../gone.png,cat,,,,,,",
        "/etc/passwd,cat,,,,,,",
        "b.png,cat,trian,,,,,",
        "b.png,cat",
        ",cat,,,,,,",
        "note.txt,cat,,,,,,",
    ]
    root = data_set({"a.png": (40, 30), "b.png": (40, 30), "note.txt": "x", "list.csv": "\n".join(lines)})

    report, theme = bring_in(root / "list.csv")

    assert theme == {"a.png": (None, None, [])}
    reasons = {rejection.path: rejection.reason for rejection in report.rejected}
    expected = {
        3: "the image a.png has several labels: cat, dog; none is taken",
        4: "'five' in the column 'width' is not a number",
        5: "without height",
        6: "no area",
        7: "not found",
        8: "leads out",
        9: "leads out",
        10: "no split 'trian'",
        11: "2 cells",
        12: "no file",
        13: "not an image",
    }
    assert reasons.keys() == {f"list.csv:{line}" for line in expected}
    for line, words in expected.items():
        assert words in reasons[f"list.csv:{line}"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("name,label\n", "no column 'file'"),
        ("file,lable\n", "Did you mean 'label'"),
        ("file,file\n", "more than once"),
        ("", "no column 'file'"),
        ("file,label\n", "holds no images"),
        ('file,label\na.png,"cat\n', r"list\.csv:\d+: the CSV file cannot be read"),
    ],
)
def test_a_table_that_is_not_understood_is_a_clear_error(data_set, bring_in, content, words):
    with pytest.raises(WorkbenchError, match=words):
        bring_in(data_set({"a.png": (4, 4), "list.csv": content}) / "list.csv")


def test_a_file_that_is_not_utf8_is_a_clear_error(data_set, bring_in):
    root = data_set({"a.png": (4, 4), "list.csv": ""})
    (root / "list.csv").write_bytes(b"file,label\na.png,caf\xe9\n")
    with pytest.raises(WorkbenchError, match="UTF-8"):
        bring_in(root / "list.csv")


@pytest.mark.parametrize(
    ("text", "label", "boxes"),
    [
        ("id,file,label,site,weight\n1,a.png,cat,x,3\n", "cat", []),
        ("file,label,width,height\na.png,cat,40,30\n", "cat", []),
        ("filename;width;height;class;xmin;ymin;xmax;ymax\na.png;40;30;cat;4;3;14;23\n", None, [("cat", 4, 3, 10, 20)]),
        ("filename;class;xmin;ymin;xmax;ymax\na.png;cat;4,5;3;14,5;23\n", None, [("cat", 4.5, 3, 10, 20)]),
        ("ImageID,LabelName,XMin,XMax,YMin,YMax\na,cat,0.1,0.35,0.1,0.5\n", None, [("cat", 4, 3, 10, 12)]),
        (",Path,ClassId,Roi.X1\n0,a.png,7,3\n", "7", []),
        ("filepath,tags,ground_truth.label\na.png,train,cat\n", "cat", []),
        ("ImageID,LabelName,Confidence\na,cat,1\na,dog,0\n", "cat", []),
    ],
)
def test_tables_of_other_programs_come_in(data_set, bring_in, text, label, boxes):
    report, theme = bring_in(data_set({"a.png": (40, 30), "list.csv": text}))
    assert (report.format, report.rejected, theme) == ("csv", [], {"a.png": (label, None, boxes)})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("image_id,label\na,cat\nb,dog\n", {"a.png": "cat", "b.png": "dog"}),
        ("sep=;\nFile Name;Class\n/home/x/a.png;cat\nC:\\data\\b.png;dog\n", {"a.png": "cat", "b.png": "dog"}),
        ("image,cat,dog\na.png,1,0\nb.png,0.0,1.0\n", {"a.png": "cat", "b.png": "dog"}),
        ("file\tlabel\tsubset\na.png\tN/A\t\nb.png\tnan\tNaN\n", {"a.png": "N/A", "b.png": None}),
        ('file,label,confidence\na.png,cat,0.9\nb.png," cat",0.1\n', {"a.png": "cat", "b.png": " cat"}),
        (
            "url,path,label\n1,gs://x/a.png,cat\n2,https://x.org/1/b.png?token=a#b,dog\n",
            {"a.png": "cat", "b.png": "dog"},
        ),
        ("image,choice\n/data/upload/3/0123abcd-a.png,cat\nb.png,dog\n", {"a.png": "cat", "b.png": "dog"}),
        ("file,labels\na.png,\"['cat']\"\nb.png,[x]\n", {"a.png": "cat", "b.png": "[x]"}),
        ("file,label\na.png,cat\nb.png,dog\na.png,cat\n", {"a.png": "cat", "b.png": "dog"}),
        ("image,filename,label\n7,a.png,cat\n8,b.png,dog\n", {"a.png": "cat", "b.png": "dog"}),
    ],
)
def test_labels_of_tables_as_people_and_programs_write_them(data_set, bring_in, text, expected):
    root = data_set({"a.png": (40, 30), "b.png": (40, 30)})
    (root / "list.csv").write_bytes(text.encode("utf-16" if text.startswith("sep") else "utf-8"))
    report, theme = bring_in(root)
    assert (report.format, report.rejected) == ("csv", [])
    assert {name: label for name, (label, *_) in theme.items()} == expected


def test_an_image_whose_label_or_box_is_refused_comes_in_undecided(data_set, bring_in):
    root = data_set({"a.png": (40, 30), "b.png": (40, 30), "c.png": (40, 30), "x.csv": "file,cat,dog\na.png,1,1\n"})
    report, theme = bring_in(root / "x.csv")
    assert (theme, [each.part for each in report.rejected]) == ({"a.png": (None, None, [])}, ["label"])
    regions = '"[{""x"": 1, ""y"": 2, ""rectanglelabels"": [""cat""]}]"'
    (root / "x.csv").write_text(f"image,label\na.png,{regions}\nb.png,\"['cat', 'dog']\"\n")
    report, theme = bring_in(root / "x.csv", theme="regions")
    assert list(theme.values()) == [(None, None, [])] * 2
    assert [each.part for each in report.rejected] == ["label", "label"]
    assert "export regions and choices as JSON" in report.rejected[0].reason
    (root / "x.csv").write_text("file,box_label,x,y,width,height\nb.png,cat,1,1,x,5\n")
    report, theme = bring_in(root / "x.csv", theme="boxes")
    assert (report.undecided, theme, [each.part for each in report.rejected]) == (
        1,
        {"b.png": (None, None, [])},
        ["box"],
    )


def test_lines_of_one_image_are_one_image_wherever_they_stand(data_set, bring_in):
    lines = ["file,label,box_label,x,y,width,height", "a.png,,cat,1,1,5,5", "b.png,dog,,,,,", "./a.png,,cat,9,9,5,5"]
    root = data_set({"a.png": (40, 30), "b.png": (40, 30), "list.csv": "\n".join([*lines, "b.png,cow,,,,,"])})
    report, theme = bring_in(root)
    assert theme == {"a.png": (None, None, [("cat", 1, 1, 5, 5), ("cat", 9, 9, 5, 5)]), "b.png": (None, None, [])}
    assert [each.reason for each in report.rejected] == ["the image b.png has several labels: dog, cow; none is taken"]


def test_what_of_a_table_is_not_read_is_told_and_is_no_refusal(data_set, bring_in):
    root = data_set({"a.png": (40, 30), "list.csv": "file,species_of_bird\na.png,wren\n"})
    report, _ = bring_in(root)
    assert report.rejected == []
    assert [each.reason for each in report.remarks] == [
        "columns that are not read: species_of_bird; no column is called 'label': "
        "--field COLUMN takes one of them for it"
    ]


def test_the_column_of_the_labels_can_be_said_and_is_asked_for(data_set, bring_in):
    files = {"train_images/a.png": (8, 8), "test_images/b.png": (8, 8), "test.csv": "id_code\nb\n"}
    root = data_set(files | {"train.csv": "id_code,label,grade\na,old,2\n"})
    report, theme = bring_in(root, field="grade")
    assert (report.format, theme) == ("csv", {"train_images/a.png": ("2", "train", [])})
    assert "1 image here that no file of labels names" in report.remarks[-1].reason
    with pytest.raises(WorkbenchError, match=r"train\.csv has no column 'grad'\. Its columns: file, label, grade"):
        bring_in(root, "csv", theme="other", field="grad")
    (root / "train.csv").write_text("id_code,grade\na,2\n", encoding="utf-8")
    with pytest.raises(WorkbenchError, match=r"train\.csv, 2 lines without a column 'label'; --field says .*: grade"):
        bring_in(root, theme="another")


@pytest.mark.parametrize("table", ["annotations/labels.csv", "photos/labels.csv"])
def test_a_table_may_lie_in_a_folder(data_set, bring_in, table):
    lines = "filename,label\na.png,cat\nb.png,dog\n"
    root = data_set({"photos/a.png": (8, 8), "photos/b.png": (8, 8), "more.txt": "x", table: lines})
    report, theme = bring_in(root)
    assert (report.format, report.rejected, report.remarks) == ("csv", [], [])
    assert {name: label for name, (label, *_) in theme.items()} == {"photos/a.png": "cat", "photos/b.png": "dog"}


def test_open_images_has_boxes_in_shares_and_names_in_a_file_beside(data_set, bring_in):
    lines = "ImageID,LabelName,Confidence,XMin,XMax,YMin,YMax\na,/m/1,1,0.1,0.35,0.1,0.5\nb,/m/1,1,0,1,0,1\n"
    names = {"class-descriptions-boxable.csv": "/m/1,Airplane\n/m/2,Cat\n"}
    root = data_set({"train/a.jpg": (40, 30), "train/b.jpg": (40, 30), "train-annotations-bbox.csv": lines} | names)
    report, theme = bring_in(root)
    assert report.rejected == []
    assert theme == {
        "train/a.jpg": (None, "train", [("Airplane", 4, 3, 10, 12)]),
        "train/b.jpg": (None, "train", [("Airplane", 0, 0, 40, 30)]),
    }
