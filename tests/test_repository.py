"""What must hold for the files of the repository itself."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from ruamel.yaml import YAML

from workbench.distribution import NAME
from workbench.new_project import SETTINGS

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def test_environment_yml_names_the_same_packages_as_pyproject():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    declared = {*project["dependencies"], *extras["postgres"], *extras["dev"]}
    environment = YAML(typ="safe").load((ROOT / "environment.yml").read_text())
    mirrored = next(entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict))
    assert set(mirrored) - {"--editable ."} == declared
    assert f"python{project['requires-python']}" in environment["dependencies"]


def test_constraints_txt_pins_every_dependency_with_its_hashes():
    # `make constraints` writes it.
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    text = (ROOT / "constraints.txt").read_text()
    pins = re.findall(r"^([\w.-]+)==([^\s;]+)[^\n]*\\\n    --hash=sha256:[0-9a-f]{64}", text, flags=re.MULTILINE)
    assert len(pins) == len(re.findall(r"^[\w.-]+", text, flags=re.MULTILINE))
    pinned = {}
    for name, version in pins:
        pinned.setdefault(canonicalize_name(name), []).append(version)
    for requirement in map(Requirement, sorted({line for group in groups for line in group})):
        versions = pinned.get(canonicalize_name(requirement.name), [])
        assert versions, f"{requirement.name} is not in constraints.txt: run 'make constraints'"
        assert all(requirement.specifier.contains(version) for version in versions), f"{requirement}: {versions}"
    assert not re.search(r"://|--(extra-)?index-url|--find-links", text)


def test_pip_is_told_the_name_under_which_the_workbench_is_there():
    # `pip install workbench` would bring another project.
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["name"] == NAME
    told = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
    for folder, pattern in (("docs", "*.md"), ("notebooks", "*.ipynb"), ("workbench", "*.py"), ("demo", "*.py")):
        told += (ROOT / folder).rglob(pattern)
    for file in told:
        text = file.read_text()
        assert not re.search(r"pip install [^\n]*(?<![-\w/])workbench\b", text), file
        named = re.findall(rf"{NAME}\[([\w,]+)\]", text) + re.findall(r"extra_hint\([\"'](\w+)[\"']\)", text)
        assert {extra for group in named for extra in group.split(",")} <= set(project["optional-dependencies"]), file


def test_a_wheel_holds_what_the_code_looks_for():
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    included = wheel["sources"] | wheel["force-include"]
    assert set(wheel["sources"]) < set(wheel["only-include"])
    for file in (ROOT / "workbench").rglob("*.py"):
        for arguments in re.findall(r"\basset\(([\"', .\w]+)\)", file.read_text()):
            wanted = "/".join(re.findall(r"[\"']([^\"']+)[\"']", arguments))
            held = [name for name in included if wanted == name or wanted.startswith(f"{name}/")]
            assert held or not wanted, f"{file}: {wanted}"
    assert (ROOT / "workbench" / "py.typed").is_file()
    for name in (*SETTINGS, "notebooks"):
        assert included[name] == f"workbench/_assets/{name}"


def test_the_six_notebooks_are_there():
    names = ["01_label", "02_explore", "03_train", "04_tune", "05_register", "06_predict"]
    assert set(names) <= {path.stem for path in NOTEBOOKS}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_clean_and_short(path):
    cells = json.loads(path.read_text())["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert cells[0]["cell_type"] == "markdown"
    assert "".join(cells[0]["source"]).startswith("# ")
    assert len(cells) <= 15
    assert [cell for cell in code if "parameters" in cell["metadata"].get("tags", [])], "no cell tagged 'parameters'"
    for cell in code:
        assert cell["outputs"] == []
        assert cell["execution_count"] is None
        source = "".join(cell["source"])
        assert not any(line.startswith(("def ", "class ")) for line in source.splitlines())


def test_folders_without_python_hold_no_package():
    # Not all of db/: a model that was trained in this checkout lies there with the package in it.
    for folder in ("db/migrations", "widgets", "tests"):
        assert not [path for path in (ROOT / folder).rglob("__init__.py") if "node_modules" not in path.parts]


def test_the_styles_of_a_panel_touch_no_other_panel():
    # Notebooks that are open side by side share a page, and panels share class names.
    for file in (ROOT / "widgets" / "dist").glob("*.css"):
        text = re.sub(
            r"/\*.*?\*/|@media[^{]*|@container[^{]*|@keyframes[^{]*\{[^{}]*\{[^{}]*\}\s*\}",
            "",
            file.read_text(),
            flags=re.DOTALL,
        )
        # Charts, comparisons and questions look the same in every panel: their styles are theirs wherever they stand.
        root = re.compile(rf"\.wb-(label|watching|chart|comparison|question|{file.stem})(?![\w-])")
        # What shows tested images is one file for the panels that watch and the one of models.
        for selectors in re.findall(r"([^{}]+)\{", text.replace(":is(.wb-watching,.wb-models)", ".wb-watching")):
            for selector in re.sub(r"\([^)]*,[^)]*\)", "", selectors).split(","):
                assert not selector.strip() or root.search(selector), f"{file.name}: {selector}"


def test_each_panel_is_one_folder_in_both_halves():
    panels = {path.parent.name for path in (ROOT / "workbench" / "panels").glob("*/panel.py")}
    scripts = {path.parent.name for path in (ROOT / "widgets").glob("*/panel.js*")}
    styles = {path.parent.name for path in (ROOT / "widgets").glob("*/panel.css")}
    assert scripts == styles == panels


def test_the_tests_lie_in_rooms_of_the_packages_names():
    def folders(root):
        return {path for path in root.rglob("*") if path.is_dir() and any(path.glob("*.py"))}

    rooms = {path.relative_to(ROOT / "workbench") for path in folders(ROOT / "workbench")}
    tested = {path.relative_to(ROOT / "tests") for path in folders(ROOT / "tests")}
    beside = {Path("browser"), Path("notebooks"), Path("docs"), Path("faults")}
    assert tested - rooms == beside, "a folder of tests/ that is no room of workbench/"
    without = {room for room in rooms if len(room.parts) == 1 and not any((ROOT / "tests" / room).glob("**/test_*.py"))}
    assert without == set(), "rooms of workbench/ without tests of their own"
