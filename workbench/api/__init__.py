"""An extension of Jupyter Server, with JupyterLab's own login and tokens.

`/workbench/api/...` is the store over HTTP, `/workbench/label/...` the door: panels that have the window to themselves.
`workbench lab` and `workbench label` switch it on. Any other Jupyter Server does with
`--ServerApp.jpserver_extensions="{'workbench.api': True}"`.
"""

from __future__ import annotations

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "workbench.api"}]


def _load_jupyter_server_extension(serverapp: Any) -> None:
    from workbench.api import door
    from workbench.api.handlers import routes, shared_store

    web_app = serverapp.web_app
    web_app.add_handlers(".*$", routes(web_app.settings["base_url"]))
    web_app.add_handlers(".*$", door.routes(serverapp, shared_store))
    serverapp.log.info("The workbench's REST interface is at /workbench/api, described by /workbench/api/openapi.json.")
