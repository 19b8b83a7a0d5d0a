"""Settings files: reading YAML, checking it against typed settings, and errors that name the file, line and key."""

from workbench.configuration.error_location import Key, Location
from workbench.configuration.overrides import with_overrides
from workbench.configuration.settings import Settings, SettingsT, load, parse
from workbench.configuration.yaml_files import plain, read_yaml

__all__ = ["Key", "Location", "Settings", "SettingsT", "load", "parse", "plain", "read_yaml", "with_overrides"]
