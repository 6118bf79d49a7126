# SPDX-License-Identifier: MIT

"""What a mouse and fingers do on the report page with the data that made_page.py makes."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Locator, Page

from page_checks import Watched, check

PINCH = (("touchStart", 40), ("touchMove", 60), ("touchMove", 90), ("touchMove", 120))
STATE = ("[document.querySelector('.line').scrollWidth, "
         "document.querySelector('.wave canvas').toDataURL()]")


def check_pointer(browser: Browser, path: Path) -> None:
    """Dragging, Ctrl with the wheel, a pinch, and clicks that are no drags."""
    watched = Watched(browser, path, viewport={"width": 1000, "height": 900}, has_touch=True,
                      reduced_motion="reduce")
    page = watched.page
    line = page.locator(".line").first
    check_mouse(page, line)
    page.locator(".pair-head").first.click()
    wave = page.locator(".wave").first
    wave.scroll_into_view_if_needed()
    page.wait_for_timeout(400)
    check_pinch(watched, line, wave)
    check_players(page, wave, path.parent)
    watched.finish("pointer")


def check_mouse(page: Page, line: Locator) -> None:
    line.scroll_into_view_if_needed()
    box = line.bounding_box()
    x, y = box["x"] + 500, box["y"] + 60
    page.mouse.move(x, y)
    check(page.locator(".axis .cursor:visible").inner_text().startswith("0:"),
          "the cursor shows the time")
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")
    page.wait_for_timeout(100)
    width, left = line.evaluate("e => [e.scrollWidth, e.scrollLeft]")
    check(width > 1500 and left > 0, "Ctrl with the wheel zooms", width)
    page.mouse.down()
    page.mouse.move(x - 50, y, steps=3)
    page.mouse.move(x - 120, y, steps=3)
    page.mouse.up()
    check(abs(line.evaluate("e => e.scrollLeft") - left - 120) < 3, "dragging scrolls")
    check(page.locator(".recording[aria-pressed=true]").count() == 0, "a drag selects nothing")
    page.mouse.click(x, y)
    check(page.locator(".recording[aria-pressed=true]").count() == 1, "a click selects")


def check_pinch(watched: Watched, line: Locator, wave: Locator) -> None:
    page = watched.page
    touch = watched.context.new_cdp_session(page)
    for index, element, text in ((0, line, "the time line"), (1, wave, "the waveforms")):
        element.scroll_into_view_if_needed()
        page.wait_for_timeout(100)
        box = element.bounding_box()
        x, y = box["x"] + 400, box["y"] + 60
        before = page.evaluate(STATE)
        for kind, apart in PINCH:
            points = [{"x": x - apart, "y": y, "id": 1}, {"x": x + apart, "y": y, "id": 2}]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        page.wait_for_timeout(100)
        after = page.evaluate(STATE)
        check(after[0] > before[0] if index == 0 else after[1] != before[1],
              f"a pinch zooms {text}")


def check_players(page: Page, wave: Locator, output: Path) -> None:
    box = wave.bounding_box()
    page.mouse.click(box["x"] + 400, box["y"] + 100)
    page.locator(".pair.open .main-button").first.click()
    page.wait_for_timeout(300)
    position = page.evaluate("overlapReport.playing().position")
    check(1 < position < 6, "playing starts where the waveforms were clicked", position)
    repeat = page.locator(".pair.open input[type=checkbox]").nth(1)
    repeat.check()
    page.wait_for_timeout(6200)
    check(page.evaluate("overlapReport.playing() !== null"), "repeats")
    repeat.uncheck()
    page.wait_for_timeout(6200)
    check(page.evaluate("overlapReport.playing() === null"), "ends by itself without repeating")
    page.locator(".pair.open input[type=radio]").nth(1).check()
    page.locator(".pair.open .wave").first.scroll_into_view_if_needed()
    page.screenshot(path=output / "as-the-files-begin.png")
    page.locator(".pair-head").nth(2).click()
    buttons = page.locator(".pair.open .main-button")
    for number in (1, 0):
        buttons.nth(number).click()
        page.wait_for_timeout(300)
    check(buttons.all_inner_texts() == ["Stop", "Play"], "only one pair plays at a time")
    page.locator(".pair-head").first.click()
    check(page.evaluate("overlapReport.playing() === null"), "closing a pair stops it")
