"""What the panels need of ipykernel's private parts, on the installed version."""

import logging
import time

import pytest
from ipykernel.comm.comm import BaseComm
from jupyter_client.manager import start_new_kernel

from workbench.compat.ipykernel import (
    answer_without_busy,
    may_ask_for_input,
    route_by_request,
    run_no_cell_hooks,
)

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


DRAWING = """
import time
import matplotlib.pyplot as plt
plt.plot([1, 2, 3])
print("half drawn")
deadline = time.monotonic() + 20
while panel.asked < 3 and time.monotonic() < deadline:
    time.sleep(0.01)
plt.plot([3, 2, 1])
print(panel.asked, len(plt.gcf().axes[0].lines))
"""
COUNTING = """
from workbench.panels.base.messages import Answer, Panel
class Counting(Panel):
    asked = 0
    def ask(self, params):
        self.asked += 1
        return Answer(self.asked)
    def __init__(self):
        super().__init__({"count": self.ask})
panel = Counting()
panel.comm.comm_id
"""


def ask(client, comm_id, **header):
    """Send a panel's question, as its browser half does, to a thread of the kernel."""
    calls = [{"id": 1, "method": "count", "params": {}, "buffers": [0, 0]}]
    data = {"method": "custom", "content": {"view": str(time.monotonic()), "serial": 1, "calls": calls}}
    message = client.session.msg("comm_msg", {"comm_id": comm_id, "data": data})
    message["header"].update(header)
    client.shell_channel.send(message)


def test_a_figure_that_a_cell_draws_is_left_alone_while_a_panel_is_answered(kernel):
    made = iopub_of(kernel, kernel.execute(COUNTING))
    (comm_id,) = [m["content"]["data"]["text/plain"].strip("'") for m in made if m["msg_type"] == "execute_result"]
    kernel.control_channel.send(kernel.session.msg("create_subshell_request"))
    subshell = kernel.get_control_msg(timeout=60)["content"]["subshell_id"]
    drawing = kernel.execute(DRAWING)
    while kernel.get_iopub_msg(timeout=60)["content"].get("text") != "half drawn\n":
        pass
    # A second tab of the notebook asks for the state of all its widgets.
    control = {"comm_id": "control", "target_name": "jupyter.widget.control"}
    opened = kernel.session.msg("comm_open", {**control, "data": {}}, metadata={"version": "1.0.0"})
    states = kernel.session.msg("comm_msg", {"comm_id": "control", "data": {"method": "request_states"}})
    for message in (opened, states):
        message["header"]["subshell_id"] = subshell
        kernel.shell_channel.send(message)
    for _ in range(3):
        ask(kernel, comm_id, subshell_id=subshell)
    caused = iopub_of(kernel, drawing)
    said = "".join(m["content"]["text"] for m in caused if m["msg_type"] == "stream")
    assert said == "3 2\n", "the figure was closed before its second line"
    shown = [m["msg_type"] for m in caused if "image/png" in m["content"].get("data", {})]
    assert shown == ["display_data"]


def test_a_panel_is_answered_also_when_it_asks_for_a_thread_of_before_a_restart(kernel):
    made = iopub_of(kernel, kernel.execute(COUNTING))
    (comm_id,) = [m["content"]["data"]["text/plain"].strip("'") for m in made if m["msg_type"] == "execute_result"]
    waiting = kernel.execute("import time\nwhile not panel.asked: time.sleep(0.01)\nprint(panel.asked)")
    ask(kernel, comm_id, subshell_id="of the kernel before")
    said = "".join(m["content"]["text"] for m in iopub_of(kernel, waiting) if m["msg_type"] == "stream")
    assert said == "1\n"


def test_messages_go_where_the_browser_sent_them_whoever_spoke_last():
    comm = BaseComm.__new__(BaseComm)
    comm._reply_subshell_id = None
    route_by_request(comm)
    route = getattr(comm, "_reply_subshell_for", None)
    assert route is None or route({"content": {}}, None) is None


def test_without_the_private_parts_it_is_logged_and_nothing_fails(caplog):
    class Kernel:
        pass

    class Comm:
        kernel, comm_id = Kernel(), "a"

    with caplog.at_level(logging.INFO, "workbench.compat.ipykernel"):
        answer_without_busy(Comm())
        route_by_request(Comm())
        run_no_cell_hooks(Comm())
    assert "BaseComm._msg_callback" in caplog.text
    assert "Kernel._publish_status" in caplog.text
    assert may_ask_for_input(Kernel()) is True
