"""How a panel's kernel half answers the browser's messages."""

from workbench.panels.base.messages import Answer, Panel


class Counter(Panel):
    """Counts how often it was asked to."""

    def __init__(self):
        self.counted = 0
        self.said = []
        super().__init__({"count": self._count})

    def _count(self, params):
        self.counted += 1
        return Answer(self.counted, [bytes([self.counted])])

    def send(self, content, buffers=None):
        self.said.append((content, buffers))


def message(view, serial, *numbers):
    calls = [{"id": number, "method": "count", "params": {}, "buffers": [0, 0]} for number in numbers]
    return {"view": view, "serial": serial, "calls": calls}


def test_a_call_that_is_sent_again_is_done_once_and_answered_twice():
    panel = Counter()
    panel._handle_custom_msg(message("a", 1, 1, 2), [])
    panel._handle_custom_msg(message("a", 2, 2, 3), [])
    panel._handle_custom_msg(message("b", 1, 1), [])
    assert panel.counted == 4
    answers = [[(r["id"], r["value"], r["buffers"]) for r in content["results"]] for content, _ in panel.said]
    assert answers == [[(1, 1, (0, 1)), (2, 2, (1, 1))], [(2, 2, (0, 1)), (3, 3, (1, 1))], [(1, 4, (0, 1))]]
    assert [buffers for _, buffers in panel.said] == [[b"\x01", b"\x02"], [b"\x02", b"\x03"], [b"\x04"]]
