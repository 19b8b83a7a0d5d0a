"""What a reader sees of a page of HTML."""

from html.parser import HTMLParser


class Page(HTMLParser):
    """What a reader sees of a page, what it would load, and whether each element is closed."""

    EMPTY = ("meta", "img", "path", "use", "line", "br")

    def __init__(self, text):
        super().__init__()
        self.words, self.loads, self.open, self.cells = [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        if tag not in self.EMPTY:
            self.open.append(tag)
        self.loads += [value for name, value in attributes if name in ("src", "href", "xlink:href")]
        assert tag not in ("script", "link", "iframe")

    def handle_endtag(self, tag):
        if tag not in self.EMPTY:
            assert self.open.pop() == tag

    def handle_data(self, text):
        if self.open and self.open[-1] != "style":
            self.words.append(text)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())
