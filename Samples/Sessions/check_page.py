#!/usr/bin/env python3
# SPDX-License-Identifier: MIT

"""Checks a report page in headless Chromium.

Without PAGE, the page of this repository is filled with made data and sounds, and all that it can
do is checked. With a PAGE that `overlap session --report` or `overlap align --report` wrote, that
is checked which must be so of any page; with the directory of a shoot, its page is made first.

It ends with "N passed, N failed"; exit status: 0 if nothing failed, 1 if not. With --output, pages,
screenshots and the printed page are kept.

Needs the packages in requirements.txt, Chromium, and ffmpeg where there is no PAGE; pdftotext is
used if it is installed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

import made_page_checks as made
import page_checks as checks
from made_page import assemble, small_data
from page_checks import Watched
from pointer_checks import check_pointer


def check_made(browser: Browser, output: Path) -> None:
    made.check_files()
    data, plain = small_data()
    path = output / "page.html"
    path.write_text(assemble(data), "ascii")
    watched = Watched(browser, path, viewport={"width": 1280, "height": 900})
    made.check_text(watched.page, data)
    made.check_sounds(watched.page, plain)
    made.check_mix(watched.page, data, plain)
    made.check_keys(watched.page)
    made.check_description(watched.page)
    checks.check_accessibility(watched.page)
    checks.check_print(watched.page, data, output)
    watched.finish("page")
    check_pointer(browser, path)
    checks.check_looks(browser, path, output, made.open_doubtful)
    made.check_large(browser, output)
    made.check_odd(browser, output)
    check_policy(browser, path)


def check_written(browser: Browser, path: Path, output: Path) -> None:
    watched = Watched(browser, path, viewport={"width": 1280, "height": 900})
    page = watched.page
    data = page.evaluate("overlapReport.data")
    pairs = sum(len(group["pairs"]) for group in data["groups"])
    listed = page.locator(".pair-head").count()
    checks.check(listed == pairs, "all pairs are listed", listed)
    checks.check_size(path, data)
    checks.check_all_sounds(page, data)
    checks.check_mixes(page, data)
    checks.check_playing(page)
    checks.check_accessibility(page)
    checks.check_print(page, data, output)
    watched.finish("page")
    checks.check_looks(browser, path, output)
    check_policy(browser, path)


def check_policy(browser: Browser, path: Path) -> None:
    # Last, and on a page of its own, as it makes the browser complain.
    watched = Watched(browser, path)
    checks.check_policy(watched.page)
    watched.context.close()


def make_page(overlap: str, shoot: Path, output: Path) -> Path:
    path = output / "page.html"
    command = [overlap, "session", str(shoot), "--quiet", "--report", str(path)]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return path


def check_all(page: Path | None, overlap: str, output: Path) -> None:
    with sync_playwright() as driver:
        browser = checks.launch(driver)
        if page is None:
            check_made(browser, output)
        else:
            path = make_page(overlap, page, output) if page.is_dir() else page
            check_written(browser, path.resolve(), output)
        browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description="Checks a report page in headless Chromium.")
    parser.add_argument("page", type=Path, nargs="?", metavar="PAGE",
                        help="a page, or a directory of recordings (default: made data)")
    parser.add_argument("--overlap", default="overlap", metavar="PATH",
                        help="the command that makes the page of a directory")
    parser.add_argument("--output", type=Path, metavar="DIRECTORY",
                        help="where to keep pages and screenshots")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        output = (arguments.output or Path(name)).resolve()
        output.mkdir(parents=True, exist_ok=True)
        check_all(arguments.page, arguments.overlap, output)
    print(f"{checks.results['passed']} passed, {checks.results['failed']} failed")
    sys.exit(checks.results["failed"] > 0)


if __name__ == "__main__":
    main()
