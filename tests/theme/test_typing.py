"""A script that uses the face is checked by `mypy --strict`, as its author would."""

import textwrap

from mypy import api

SCRIPT = """
    import workbench as wb

    theme = wb.open_theme("cells")
    reds = theme.samples(label="red", name="red_*").sort("-width")[:10]
    names: list[str] = [sample.name for sample in reds]
    changed: int = reds.label("white").changed
    report = theme.set_labels(reds.to_frame(), on="sha256", replace=True)
    print(len(reds), names, changed, report.changed, theme.undo().restored, list(theme.labels))
    network = theme.model("production").network
    images = theme.dataset("train")
    print(images.classes, theme.counts().labeled, network)
"""


def test_a_strict_check_of_a_script_finds_nothing(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(SCRIPT))
    told, failed, _ = api.run(["--strict", "--follow-imports=silent", "--ignore-missing-imports", str(script)])
    assert "script.py" not in told, told
    assert not failed
