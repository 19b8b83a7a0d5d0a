"""The image files: kept once under the hash of their content, whole or not at all."""

import pytest

from workbench.errors import WorkbenchError
from workbench.store.images import ImageFiles, sha256_of


class TestImages:
    def test_bytes_are_kept_once_under_their_hash(self, tmp_path, draw_image):
        images = ImageFiles(tmp_path / "images")
        content = draw_image(1)
        first = images.put(content, sha256=sha256_of(content), suffix=".PNG")
        assert first == f"{sha256_of(content)[:2]}/{sha256_of(content)}.png"
        assert images.put(content, sha256=sha256_of(content), suffix="png") == first
        assert images.read(first) == content
        assert list(images.uris()) == [first]

    def test_a_file_that_was_cut_short_is_written_again(self, tmp_path):
        images = ImageFiles(tmp_path)
        uri = images.put(b"content", sha256="ab" * 32, suffix="png")
        images.path(uri).write_bytes(b"con")
        images.put(b"content", sha256="ab" * 32, suffix="png")
        assert images.read(uri) == b"content"

    def test_a_writer_that_was_killed_leaves_no_half_file_under_a_name(self, tmp_path, run_python):
        code = """
            import os, signal, sys
            from pathlib import Path
            from workbench.store import images

            def killed(descriptor, content):
                written = real(descriptor, content[: len(content) // 2])
                os.kill(os.getpid(), signal.SIGKILL)

            real, images.os.write = os.write, killed
            images.ImageFiles(Path(sys.argv[1])).put(b"x" * 100_000, sha256="ab" * 32, suffix="png")
        """
        folder = tmp_path / "images"
        child = run_python(code, folder)
        child.communicate()
        assert child.returncode == -9
        images = ImageFiles(folder)
        assert list(images.uris()) == []
        assert images.discard_unfinished() == 1
        assert [path for path in folder.rglob("*") if path.is_file()] == []

    def test_what_a_file_manager_left_is_no_image(self, tmp_path):
        images = ImageFiles(tmp_path)
        uri = images.put(b"a\nb", sha256=sha256_of(b"a\nb"), suffix="png")
        for name in (".DS_Store", "Thumbs.db"):
            (tmp_path / uri).with_name(name).write_bytes(b"x")
        assert list(images.uris()) == [uri]
        assert images.read(uri) == b"a\nb"

    @pytest.mark.parametrize("uri", ["../secret.png", "ab/../../x.png", "/etc/passwd", "ab/" + "0" * 64, "", "a\x00b"])
    def test_a_key_cannot_leave_the_folder(self, tmp_path, uri):
        with pytest.raises(WorkbenchError, match="not the key of a stored image"):
            ImageFiles(tmp_path).read(uri)

    def test_a_missing_file_says_what_to_do(self, tmp_path):
        with pytest.raises(WorkbenchError, match="workbench db check"):
            ImageFiles(tmp_path).read("ab/" + "ab" * 32 + ".png")
