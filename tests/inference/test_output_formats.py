"""Rows as CSV, JSON lines and Parquet, and back."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from workbench import predict
from workbench.inference.items import Item
from workbench.inference.output_formats import Row, line_format


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_every_format_holds_the_same_rows(shades, tmp_path, suffix):
    result = predict("shades", output=tmp_path / "out" / f"answers{suffix}")
    assert [path.name for path in (tmp_path / "out").iterdir()] == [f"answers{suffix}"]
    table = result.table()
    assert list(table["file"][:3]) == ["dark/0.png", "gray/1.png", "bright/2.png"]
    assert list(table["label"]) == list(table["actual"]) == ["dark", "gray", "bright"] * 6
    assert table["score"].between(0.9, 1).all()
    assert table["error"].isna().all()
    if suffix == ".jsonl":
        shares = [json.loads(line)["probabilities"] for line in result.output.read_text().splitlines()]
        assert list(shares[0]) == ["dark", "gray", "bright"]
        assert all(abs(sum(each.values()) - 1) < 1e-4 for each in shares)
    else:
        assert ((table[["p:dark", "p:gray", "p:bright"]].sum(axis=1) - 1).abs() < 1e-4).all()


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_name_that_is_no_text_is_read_and_told_as_well_as_it_can_be(shades, tmp_path, png, suffix):
    (tmp_path / "p").mkdir()
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/p/n\xff.png")).write_bytes(png(25, 1))
    result = predict("shades", source=str(tmp_path / "p"), output=tmp_path / f"out{suffix}")
    assert result.by_label == {"dark": 1}
    assert list(result.table()["file"]) == [f"{tmp_path}/p/n\ufffd.png"]


@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_whatever_a_cell_holds_is_read_back_by_a_run_that_goes_on(tmp_path, suffix):
    names, lines = ["cat", 'a, "b"'], line_format(tmp_path / f"out{suffix}")
    odd = ["two\nlines.png", "car\rriage.png", "both\r\n.png", ', ".png', ""]
    rows = [Row(Item(name, "", 1, names[1]), names[0], 0.5, [0.25, 0.75]) for name in odd]
    rows += [Row(Item(name, ""), None, None, None, f"cannot be read: {name}") for name in odd]
    (tmp_path / "out").write_bytes((lines.header(names) + lines.dump(rows, names)).encode())
    assert list(lines.load(tmp_path / "out", names)) == rows
