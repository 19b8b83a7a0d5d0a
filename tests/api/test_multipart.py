"""Reading multipart/form-data piece by piece gives what reading all of it at once gives."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.api.multipart import MultipartFiles
from workbench.errors import WorkbenchError

TYPE = "multipart/form-data; boundary=line"
CONTENT = st.binary(max_size=40) | st.sampled_from([b"\r\n--lin", b"\r\n--", b"--line--", b"\r\n\r\n--line", b"\r"])


def body(files):
    parts = [
        f'--line\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'.encode()
        + content
        + b"\r\n"
        for field, name, content in files
    ]
    return b"".join(parts) + b"--line--\r\n"


def read(pieces, content_type=TYPE):
    taken = MultipartFiles(content_type, "files")
    try:
        for piece in pieces:
            taken.feed(piece)
        return [(name, path.read_bytes()) for name, path in taken.finish()]
    finally:
        taken.close()


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["files", "other"]), st.sampled_from(["a.png", "ä b.png", ""]), CONTENT)),
    st.data(),
)
def test_however_it_arrives(files, data):
    files = [(field, name, content.replace(b"\r\n--line", b"")) for field, name, content in files]
    whole = body(files)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=6)))
    pieces = [whole[start:end] for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    assert read(pieces) == [(name, content) for field, name, content in files if field == "files"]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_anything_else_is_refused_or_empty(content):
    try:
        assert read([content]) == []
    except WorkbenchError:
        return


@pytest.mark.parametrize("cut", [5, 12, 60])
def test_what_is_cut_off_is_refused(cut):
    with pytest.raises(WorkbenchError, match="cut off"):
        read([body([("files", "a.png", b"x" * 30)])[:-cut]])


@pytest.mark.parametrize("kind", ["", "application/json", "multipart/form-data", "multipart/mixed; boundary=line"])
def test_another_kind_is_refused(kind):
    with pytest.raises(WorkbenchError, match="must be multipart/form-data"):
        read([], kind)
