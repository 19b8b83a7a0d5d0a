"""The store over HTTP, as an extension of Jupyter Server: `/workbench/api/...`, with JupyterLab's own login and tokens.

`workbench lab` switches it on. Any other Jupyter Server does with
`--ServerApp.jpserver_extensions="{'workbench.api': True}"`.
"""

from __future__ import annotations

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "workbench.api"}]


def _load_jupyter_server_extension(serverapp: Any) -> None:
    from workbench.api.handlers import routes

    web_app = serverapp.web_app
    web_app.add_handlers(".*$", routes(web_app.settings["base_url"]))
    serverapp.log.info("The workbench's REST interface is at /workbench/api, described by /workbench/api/openapi.json.")
