"""Pascal VOC annotations written by hand."""

import pytest

from workbench.errors import WorkbenchError


def xml(filename, objects, size=(40, 30)):
    """An annotation; `objects` are (name, xmin, ymin, xmax, ymax), each on one line from line 5 on."""
    lines = [
        f"<object><name>{name}</name><bndbox><xmin>{a}</xmin><ymin>{b}</ymin><xmax>{c}</xmax><ymax>{d}</ymax></bndbox>"
        "</object>"
        for name, a, b, c, d in objects
    ]
    head = f"<size><width>{size[0]}</width><height>{size[1]}</height><depth>3</depth></size>"
    return "\n".join(["<annotation>", "<folder>x</folder>", f"<filename>{filename}</filename>", head, *lines]) + (
        "\n</annotation>\n"
    )


def test_boxes_and_splits_come_in_and_images_without_annotation_too(data_set, bring_in):
    root = data_set(
        {
            "JPEGImages/a.png": (40, 30),
            "JPEGImages/b.png": (40, 30),
            "JPEGImages/c.png": (40, 30),
            "Annotations/a.xml": xml("a.png", [("red", 1, 2, 11, 22), ("white &amp; &lt;blue>", 0, 0, 40, 30)]),
            "Annotations/b.xml": xml("b", []),
            "ImageSets/Main/trainval.txt": "a\nb\n",
            "ImageSets/Main/val.txt": "a\n",
            "ImageSets/Main/red_val.txt": "a  1\nb -1\n",
        }
    )

    report, theme = bring_in(root)

    assert (report.format, report.added, report.rejected) == ("voc", 3, [])
    assert theme == {
        "a.png": (None, "valid", [("red", 1, 2, 10, 20), ("white & <blue>", 0, 0, 40, 30)]),
        "b.png": (None, None, []),
        "c.png": (None, None, []),
    }


def test_each_irregularity_is_refused_with_file_and_line(data_set, bring_in):
    root = data_set(
        {
            "JPEGImages/a.png": (40, 30),
            "JPEGImages/turned.png": (40, 30),
            "Annotations/a.xml": xml(
                "a.png",
                [
                    ("red", 1, 1, 5, 5),
                    ("red", 5, 5, 5, 9),
                    ("red", 1, 1, "x", 5),
                    ("", 1, 1, 5, 5),
                    ("red", 50, 50, 60, 60),
                ],
            ),
            "Annotations/gone.xml": xml("gone.png", []),
            "Annotations/turned.xml": xml("turned.png", [], size=(30, 40)),
            "Annotations/broken.xml": "<annotation>\n<object>\n</annotation>",
            "Annotations/away.xml": xml("../../secret.png", []),
            "Annotations/bomb.xml": '<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx">]>\n<annotation>&x;</annotation>',
            "Annotations/deep.xml": "<annotation>" + "<a>" * 200,
        }
    )

    report, theme = bring_in(root, "voc")

    assert theme == {"a.png": (None, None, [])}
    reasons = {rejection.path: rejection.reason for rejection in report.rejected}
    expected = {
        "a.xml:6": "no area",
        "a.xml:7": "not a number",
        "a.xml:8": "without a name",
        "a.xml:9": "outside the image",
        "gone.xml:3": "not found",
        "turned.xml:3": "30 x 40",
        "broken.xml:3": "not valid XML",
        "away.xml:3": "leads out",
        "bomb.xml:1": "refused",
        "deep.xml:1": "more than 100 deep",
    }
    assert reasons.keys() == {f"Annotations/{place}" for place in expected}
    for place, words in expected.items():
        assert words in reasons[f"Annotations/{place}"]


def test_a_folder_without_annotations_is_a_clear_error(data_set, bring_in):
    with pytest.raises(WorkbenchError, match="no VOC annotations"):
        bring_in(data_set({"a.png": (4, 4)}), "voc")


@pytest.mark.parametrize("where", ["annotations/a.xml", "annotations/xmls/a.xml", "Annotations/deep/a.xml"])
def test_annotations_in_folders_as_people_name_them_with_sizes_as_floats(data_set, bring_in, where):
    text = xml("a.png", [("red", 1, 1, 5, 5)]).replace("<width>40<", "<width>40.0<")
    report, theme = bring_in(data_set({"images/a.png": (40, 30), where: text}))
    assert (report.format, report.rejected) == ("voc", [])
    assert theme == {"a.png": (None, None, [("red", 1, 1, 4, 4)])}


@pytest.mark.parametrize("name", ["/home/me/a.png", "C:\\data\\a.png", "../JPEGImages/a.png"])
def test_an_image_that_is_named_by_its_place_elsewhere_is_found_by_its_own_name(data_set, bring_in, name):
    root = data_set({"JPEGImages/a.png": (40, 30), "Annotations/a.xml": xml(name, [("red", 1, 1, 5, 5)])})
    report, theme = bring_in(root)
    assert (report.rejected, theme) == ([], {"a.png": (None, None, [("red", 1, 1, 4, 4)])})


def test_names_left_over_from_copying_and_the_same_name_in_several_folders(data_set, bring_in):
    boxes = {name: [("red", edge, 1, 20, 5)] for edge, name in enumerate(["s1/a", "s2/a", "b"])}
    root = data_set(
        {f"JPEGImages/{name}.png": (40, 30) for name in boxes}
        | {f"Annotations/{name}.xml": xml("a.png", boxes[name]) for name in ("s1/a", "s2/a")}
        | {"Annotations/a.xml": xml("gone.png", []), "Annotations/b.xml": xml("gone.png", boxes["b"])}
    )
    report, theme = bring_in(root)
    assert {name: held[2][0][1] for name, held in theme.items()} == {"s1/a.png": 0, "s2/a.png": 1, "b.png": 2}
    assert [each.path for each in report.rejected] == ["Annotations/a.xml:3"]
    assert [each.path for each in report.remarks] == ["Annotations/b.xml:3"]


def test_annotations_in_gbk_and_labels_with_blanks_are_read_to_the_letter(data_set, bring_in):
    root = data_set({"a.png": (40, 30), "config.xml": "<View/>"})
    text = xml("a.png", [("\u732b ", 1, 1, 5, 5), ("\u732b", 2, 2, 5, 5)])
    (root / "a.xml").write_bytes(f"<?xml version='1.0' encoding='GBK'?>{text}".encode("gbk"))
    report, theme = bring_in(root)
    assert (report.format, report.rejected) == ("voc", [])
    assert theme == {"a.png": (None, None, [("\u732b", 2, 2, 3, 3), ("\u732b ", 1, 1, 4, 4)])}
    assert sorted(each.path for each in report.remarks) == ["config.xml", "labels"]


def test_the_xml_of_another_program_is_no_annotation_of_voc(data_set, bring_in):
    report, _ = bring_in(data_set({"images/a.png": (8, 8), "annotations.xml": "<annotations><image/></annotations>"}))
    assert (report.format, report.added, [each.path for each in report.remarks]) == ("images", 1, ["annotations.xml"])
