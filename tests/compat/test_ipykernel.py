"""What the panels need of ipykernel's private parts, on the installed version."""

import logging

import pytest
from ipykernel.comm.comm import BaseComm
from jupyter_client.manager import start_new_kernel

from workbench.compat.ipykernel import answer_without_busy, may_ask_for_input, route_by_request

PANEL = """
from workbench.panels.base.messages import Answer, Panel
panel = Panel({"count": lambda params: Answer(7)})
panel.comm.comm_id
"""


@pytest.fixture
def kernel():
    manager, client = start_new_kernel(kernel_name="python3")
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def iopub_of(client, message_id):
    """The messages that a request causes, up to "idle"."""
    found = []
    while not found or found[-1]["content"].get("execution_state") != "idle":
        message = client.get_iopub_msg(timeout=60)
        if message["parent_header"].get("msg_id") == message_id:
            found.append(message)
    return found


def test_a_kernel_answers_a_panel_and_says_idle_but_never_busy(kernel):
    made = iopub_of(kernel, kernel.execute(PANEL))
    (comm_id,) = [m["content"]["data"]["text/plain"].strip("'") for m in made if m["msg_type"] == "execute_result"]
    calls = [{"id": 1, "method": "count", "params": {}, "buffers": [0, 0]}]
    data = {"method": "custom", "content": {"view": "a", "serial": 1, "calls": calls}}
    message = kernel.session.msg("comm_msg", {"comm_id": comm_id, "data": data})
    kernel.shell_channel.send(message)
    caused = iopub_of(kernel, message["header"]["msg_id"])
    assert [m["content"].get("execution_state") for m in caused] == [None, "idle"]
    assert caused[0]["content"]["data"]["content"]["results"][0]["value"] == 7


def test_messages_go_where_the_browser_sent_them_whoever_spoke_last():
    comm = BaseComm.__new__(BaseComm)
    comm._reply_subshell_id = None
    route_by_request(comm)
    route = getattr(comm, "_reply_subshell_for", None)
    assert route is None or route({"content": {}}, "widgets") == "widgets"


def test_without_the_private_parts_it_is_logged_and_nothing_fails(caplog):
    class Kernel:
        pass

    class Comm:
        kernel, comm_id = Kernel(), "a"

    with caplog.at_level(logging.INFO, "workbench.compat.ipykernel"):
        answer_without_busy(Comm())
        route_by_request(Comm())
    assert "Kernel._publish_status" in caplog.text
    assert may_ask_for_input(Kernel()) is True
