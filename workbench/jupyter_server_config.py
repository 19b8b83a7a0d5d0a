"""The Jupyter server's settings for this project; `workbench lab` starts it with them."""

from workbench.compat.jupyter_server import send_kernel_messages_at_once

send_kernel_messages_at_once()
