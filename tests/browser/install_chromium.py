"""Make sure that the browser tests have a Chromium: the one on the PATH, or else one that is installed now."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path


def main() -> None:
    if os.environ.get("CHROMIUM") or shutil.which("chromium") or playwright_has_chromium():
        return
    attempts = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        attempts.append(["apt-get", "update", "-qq"])
        attempts.append(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-dejavu-core"])
    for command in attempts:
        print("installing Chromium:", " ".join(command), file=sys.stderr, flush=True)
        done = subprocess.run(command, stdout=sys.stderr)
        if done.returncode == 0 and (shutil.which("chromium") or playwright_has_chromium()):
            return
    sys.exit("No Chromium could be installed. Install one, then set CHROMIUM to its path and run again.")


def playwright_has_chromium() -> bool:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path).is_file()


if __name__ == "__main__":
    main()
