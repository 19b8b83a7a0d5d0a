"""Settings files: reading YAML, checking it against typed settings, and errors that name the file, line and key."""

from workbench.configuration.error_location import Key, Location
from workbench.configuration.overrides import with_overrides
from workbench.configuration.settings import Settings, SettingsT, load, parse
from workbench.configuration.yaml_files import NotYamlError, parse_yaml, plain, read_yaml

__all__ = [
    "Key",
    "Location",
    "NotYamlError",
    "Settings",
    "SettingsT",
    "load",
    "parse",
    "parse_yaml",
    "plain",
    "read_yaml",
    "with_overrides",
]
