"""How `make docs` builds the guides of this folder and the API reference from the docstrings."""

# autodoc imports with TYPE_CHECKING switched on, which these do not survive; once here they stay as they are.
import lightning.pytorch  # noqa: F401
import mlflow  # noqa: F401
import optuna  # noqa: F401
import torchmetrics  # noqa: F401

from workbench.distribution import VERSION

project = "Workbench"
version = release = VERSION

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.apidoc"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "Workbench"

myst_heading_anchors = 3
default_role = "literal"

apidoc_modules = [
    {
        "path": "../workbench",
        "destination": "api",
        "exclude_patterns": [
            "../workbench/jupyter_server_config.py",
            "../workbench/cli/__main__.py",
            "../workbench/registry/model_from_code.py",
        ],
        "separate_modules": False,
        "module_first": True,
        "include_private": False,
    }
]
autodoc_member_order = "bysource"
autodoc_inherit_docstrings = False
autodoc_default_options = {
    "members": True,
    "undoc-members": False,
    "show-inheritance": True,
    "ignore-module-all": True,
    # Made by matplotlib in each class of figures, in a markup of its own.
    "exclude-members": "set",
}
# Names such as Store are offered by their room and by their module; what we inherit refers to pages of others.
suppress_warnings = ["ref.python", "ref.ref"]
