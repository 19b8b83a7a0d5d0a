"""The YAML files with an odd value, key, tag or line anywhere: read, or refused in a sentence that names the file."""

import re

import pytest
from hypothesis import strategies as st

from tests.faults.examples import try_each
from workbench.data import AugmentConfig, Preprocessing
from workbench.errors import ConfigError
from workbench.paths import asset
from workbench.training.params import load_params
from workbench.tuning.settings import load_tuning_params

READERS = {
    "params.yaml": load_params,
    "auguments.yaml": lambda file: Preprocessing.create(AugmentConfig.load(file)),
    "optuna_params.yaml": load_tuning_params,
}
ODD = (
    *("!!int 'x'", "!!float [1]", "!!bool maybe", "!!binary '?'", "!!timestamp 'x'", "!!set {a, b}", "!!omap [a: 1]"),
    *("!!pairs [a: 1]", "!!null x", "!!str {}", "!!map []", "!!seq {}", "!!python/name:os.system", "!mine {a: 1}", "!"),
    *("&a [*a]", "*missing", "&a {b: *a}", "{? [a] : 1}", "{? {a: 1} : 1}", "{1.5: a, .nan: b}", "{<<: 5}", "{~: 1}"),
    *(".nan", ".inf", "-.inf", "1e999", "-1", "0", "0x", "0o17", "1_000", "1" * 5_000, "2026-01-01", "12:30:45"),
    *("2026-99-99", "~", '""', '"\\0"', '"\\ud800"', "'", '"', "|", ">\n x", "[", "]", "{", "{}", "[[]]", "[1, [2]]"),
    *("- a", "? a", "a: b: c", "%YAML 9.9", "--- a", "...", "\t", "@a", "`a`", "yes", "null", "true", "1" * 400, "-"),
    *("[" * 3_000, "{a: " * 3_000, "ä" * 5_000, "../x", "1, 2", "[32, 32, 32]", "[0, 0]", "1000000000", "[.nan, 1]"),
)
LINE = re.compile(r"^(\s*(?:- )?)([\w.]+)(:\s*)([^#\n]*)", re.MULTILINE)


@st.composite
def odd_texts(draw, text):
    """A text of YAML with one thing changed: a value, a key, a line, its indentation, or any characters."""
    kind = draw(st.sampled_from(["value", "value", "value", "key", "line", "indent", "characters"]))
    if kind in ("value", "key"):
        found = draw(st.sampled_from(list(LINE.finditer(text))))
        odd = draw(st.sampled_from(ODD))
        start, end = found.span(4 if kind == "value" else 2)
        return f"{text[:start]}{odd} {text[end:]}"
    if kind == "characters":
        at = draw(st.integers(0, len(text)))
        return text[:at] + draw(st.text(max_size=3)) + text[at + draw(st.integers(0, 3)) :]
    lines = text.splitlines()
    at = draw(st.integers(0, len(lines) - 1))
    lines[at] = draw(st.sampled_from(ODD)) if kind == "line" else draw(st.sampled_from(["", " ", "\t"])) + lines[at][1:]
    return "\n".join(lines)


@pytest.mark.parametrize("name", READERS)
def test_an_odd_thing_in_a_settings_file(name, tmp_path):
    file = tmp_path / name

    def each(text):
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        told = refusal(READERS[name], file)
        assert told is None or str(file) in told

    try_each(40, odd_texts(asset(name).read_text(encoding="utf-8")), each)


def refusal(read, file):
    try:
        read(file)
    except ConfigError as error:
        return str(error)
    return None
