"""The Jupyter server's settings for this project; `workbench lab` starts it with them."""

from typing import Any

from workbench.compat.jupyter_server import send_kernel_messages_at_once


def without_news(_handler: Any, page: dict[str, Any]) -> dict[str, Any]:
    """Keep JupyterLab from asking, over whatever is open, whether it may fetch news."""
    disabled = page.setdefault("disabledExtensions", [])
    disabled.append("@jupyterlab/apputils-extension:announcements")
    return page


send_kernel_messages_at_once()
# Jupyter runs this file with a function of this name; an import does not.
if configuration := globals().get("get_config"):
    configuration().ServerApp.tornado_settings = {"page_config_hook": without_news}
