# SPDX-License-Identifier: MIT

"""What must be so of the report page with the data that made_page.py makes."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page

from made_page import NASTY, Json, Sound, assemble, large_data, page_parts, recording
from page_checks import Watched, check, decode_sound, processor_time, render_mix

ACTIVE = "document.activeElement"
# Unsafe ways to make elements, and addresses but the name of SVG.
FORBIDDEN = (r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b"
             r"|https?://(?!www\.w3\.org/2000/svg)")


def check_files() -> None:
    before, after = page_parts()
    texts = {path: path.read_text("ascii") for path in (*before, *after)}
    script = "".join(text for path, text in texts.items() if path.suffix == ".js")
    style = "".join(text for path, text in texts.items() if path.suffix == ".css")
    check(bool(script and style), f"the page has {len(texts)} parts")
    check(not re.search(r"</?script|<!--", script, re.I), "the script cannot end its element")
    check("</style" not in style.lower(), "the style cannot end its element")
    check(not re.search(FORBIDDEN, script + style), "no HTML from data, no address")
    check("url(" not in style and "@import" not in style, "the style loads nothing")


def check_text(page: Page, data: Json) -> None:
    check(page.title() == data["title"], "title")
    check(page.locator("h1").inner_text() == data["title"], "heading")
    lead = page.locator(".lead").inner_text().replace("\u00a0", " ")
    wanted = ("9 recordings placed on 3 time lines", "3.1 ms", "2 not placed")
    check(all(part in lead for part in wanted), "summary", lead)
    check(page.locator("img, b").count() == 0, "names are text, not HTML")
    shown = "".join(page.locator(".pair-head").all_text_contents())
    check(NASTY.replace("\u202e", "\ufffd") in shown,
          "a name with HTML is shown as it is, but for control characters")
    heads = page.locator(".pair-head").all_inner_texts()
    check(len(heads) == 6, "all pairs are listed", len(heads))
    check("contradicted" in heads[0] and "about 20 in 100" in heads[1],
          "the least sure pairs come first")
    check("camB/broken</script>.mp4" in page.locator("main").inner_text(),
          "files that were not placed")
    numbers = " ".join(heads).replace("\u00a0", " ")
    check("\u221260.01235 s \u00b1 280 \u00b5s" in numbers, "a delay with sensible digits")
    check("\u22122.40000000 s \u00b1 280 ns" in numbers
          or "\u22122.40000000 s \u00b1 0.28 \u00b5s" in numbers, "a small error")
    check("less than one in a billion" in numbers and "about one in 40,000" in numbers,
          "probabilities in words")
    page.locator(".recording").nth(3).click(position={"x": 3, "y": 8})
    details = page.locator("section .panel:visible").nth(0).inner_text()
    check("Samples were lost twice." in details and "0:01:00.000" in details,
          "details of a recording")


# Sounds


def as_floats(sound: Sound) -> np.ndarray:
    """As Chromium has them: negative samples scaled by 32768, positive ones by 32767."""
    return sound[0] / np.where(sound[0] < 0, 32768, 32767)


def check_sounds(page: Page, plain: list[Sound]) -> None:
    worst = 0
    for index, (samples, rate) in enumerate(plain):
        found, found_rate = decode_sound(page, index) or (np.zeros(0), 0)
        if found_rate != rate or len(found) != len(samples):
            worst = 65_536
            continue
        whole = np.round(found * np.where(found < 0, 32768, 32767))
        worst = max(worst, int(np.max(np.abs(whole - samples))))
    check(worst == 0, f"{len(plain)} sounds decode to the encoded samples",
          f"largest difference {worst}")


def check_mix(page: Page, data: Json, plain: list[Sound]) -> None:
    """The mixing graph gives the sum that it should, sample by sample."""
    def render(pair: int, balance: float, aligned: bool, stereo: bool = False, place: int = 0,
               offset: float = 0) -> np.ndarray:
        settings = {"balance": balance, "isAligned": aligned, "isStereo": stereo,
                    "isRepeated": False}
        return render_mix(page, 0, pair, place, settings, offset)

    def is_near(found: np.ndarray, wanted: np.ndarray) -> bool:
        return bool(np.max(np.abs(found - wanted)) < 1e-5)

    spot = data["groups"][0]["pairs"][0]["places"][0]
    reference, after, before = (as_floats(plain[spot[key]])
                                for key in ("reference", "after", "before"))
    # Both to the same peak, whichever of its two sounds the other has.
    reference = reference / np.max(np.abs(reference))
    other_peak = max(np.max(np.abs(after)), np.max(np.abs(before)))
    after, before = after / other_peak, before / other_peak
    # What is panned to the middle.
    middle = np.sqrt(0.5)
    for text, aligned, other in (("aligned", True, after), ("as the files begin", False, before)):
        out = render(0, 0.5, aligned)
        check(np.max(np.abs(out)) > 0.1, f"{text}: the mix is not silent",
              f"peak {np.max(np.abs(out)):.3f}")
        check(is_near(out, middle * (0.5 * reference + 0.5 * other)), f"{text}: the mix is exact")
        check(np.max(np.abs(out)) <= 1, f"{text}: no clipping")
    check(is_near(render(0, 0.0, True), middle * reference), "the reference alone")
    check(is_near(render(0, 1.0, True), middle * after), "the other alone")
    check(is_near(render(0, 0.5, True, stereo=True), np.array([0.5 * reference, 0.5 * after])),
          "reference left, other right")
    later = render(0, 0.5, True, offset=0.25)[0][:1000]
    check(is_near(later, middle * 0.5 * (reference + after)[12_000:13_000]),
          "both start at the same sample from any point")
    check(np.max(np.abs(render(0, 1.0, False, place=2))) == 0, "no sound where the other has none")
    spot = data["groups"][0]["pairs"][1]["places"][0]
    inverted = render(1, 1.0, True)[0]
    check(np.corrcoef(inverted, as_floats(plain[spot["reference"]]))[0, 1] > 0.9,
          "opposite polarity is played inverted")


# Keys


def tab_to(page: Page, name: str, most: int) -> list[str]:
    """Presses Tab until an element of a class has the focus; the texts of those on the way."""
    visited = []
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(f"{ACTIVE}.classList.contains('{name}')"):
            break
        visited.append(page.evaluate(f"{ACTIVE}.textContent"))
    return visited


def check_keys(page: Page) -> None:
    """Everything by keyboard, from the first Tab on."""
    page.mouse.move(0, 0)
    page.evaluate("document.querySelector('.skip').focus()")
    tab_to(page, "line", 40)
    check(page.evaluate(f"{ACTIVE}.classList.contains('line')"), "Tab reaches the time line")
    outline = page.evaluate(f"getComputedStyle({ACTIVE}).outlineStyle")
    check(outline != "none", "focus is visible", outline)
    check_line_keys(page)
    page.keyboard.press("Tab")
    visited = [page.evaluate(f"{ACTIVE}.textContent"), *tab_to(page, "pair-head", 60)]
    check("Close" in visited, "Tab goes on into the details")
    check(page.evaluate(f"{ACTIVE}.classList.contains('pair-head')"),
          "Tab reaches the pairs: no trap")
    page.keyboard.press("Enter")
    check(page.evaluate(f"{ACTIVE}.getAttribute('aria-expanded')") == "true", "Enter opens a pair")
    check_player_keys(page)


def check_line_keys(page: Page) -> None:
    width = f"{ACTIVE}.closest('.line').scrollWidth"
    before = page.evaluate(width)
    for _ in range(4):
        page.keyboard.press("+")
    check(page.evaluate(width) > 3 * before, "+ zooms in")
    left = page.evaluate(f"{ACTIVE}.scrollLeft")
    page.keyboard.press("ArrowRight")
    check(page.evaluate(f"{ACTIVE}.scrollLeft") > left, "the right arrow scrolls")
    page.keyboard.press("Shift+ArrowRight")
    check(page.locator(".axis .cursor:visible").count() == 1,
          "Shift with an arrow moves the cursor")
    page.keyboard.press("0")
    check(page.evaluate(width) == before, "0 shows all")
    for key in ["ArrowDown"] + 6 * ["ArrowUp"] + ["ArrowDown"]:
        page.keyboard.press(key)
    title = page.evaluate(f"{ACTIVE}.title")
    check(title == "camA/002.mp4", "down goes to the next recording", title)
    page.keyboard.press("Enter")
    check(page.locator("section .panel:visible h3").first.inner_text() == "camA/002.mp4",
          "Enter shows its details")


def check_player_keys(page: Page) -> None:
    slider = page.locator(".pair.open input[type=range]").first
    slider.focus()
    page.wait_for_timeout(300)
    page.keyboard.press("Space")
    page.wait_for_timeout(700)
    position = page.evaluate("overlapReport.playing() && overlapReport.playing().position")
    check(position is not None and 0.2 < position < 5, "Space plays", position)
    page.keyboard.press("b")
    check(page.evaluate("overlapReport.playing().isAligned") is False,
          "B switches to as the files begin")
    check(page.locator(".pair.open input[type=radio]").nth(1).is_checked(), "the switch follows")
    page.keyboard.press("ArrowRight")
    check(float(slider.input_value()) > 50, "the right arrow moves the slider",
          slider.input_value())
    page.wait_for_timeout(200)
    later = page.evaluate("overlapReport.playing().position")
    check(later > position, "playing goes on across the switch", later)
    page.keyboard.press("Space")
    check(page.evaluate("overlapReport.playing()") is None, "Space stops")
    page.keyboard.press("b")
    page.locator(".pair.open .wave").first.focus()
    for _ in range(6):
        page.keyboard.press("+")
    page.keyboard.press("ArrowRight")
    label = page.locator(".pair.open canvas").first.get_attribute("aria-label") or ""
    check("Waveforms of reference" in label, "waveforms have a text alternative")


# The description of a pair


def check_description(page: Page) -> None:
    press = page.locator(".pair.open button", has_text="Wrong?").first
    page.evaluate("""() => { window.copied = null;
        Object.defineProperty(navigator, 'clipboard', { configurable: true, value: {
          writeText: (text) => { window.copied = text; return Promise.resolve(); } } }); }""")
    press.click()
    page.wait_for_timeout(100)
    text = page.evaluate("window.copied") or ""
    wanted = ("camA/003.mp4", "Delay:", "Place listened at: 0:00:20", "version: 0.4",
              "overlap align")
    check(all(part in text for part in wanted), "a description is copied")
    check("copied" in page.locator(".pair.open [role=status]").first.inner_text(), "it says so")
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    press.click()
    page.wait_for_timeout(100)
    box = page.locator(".pair.open textarea").first
    check(box.is_visible() and box.input_value() == text,
          "a text box where copying is not allowed")


def open_doubtful(page: Page) -> None:
    """Details of a recording with breaks, a pair with breaks, and the least sure pair."""
    page.locator(".recording").nth(3).click(position={"x": 3, "y": 8})
    page.locator(".pair-head", has_text="take_04").filter(has_text="camA/001.mp4").click()
    page.locator(".pair-head").first.click()


# Other data


def check_large(browser: Browser, output: Path) -> None:
    path = output / "large.html"
    path.write_text(assemble(large_data()), "ascii")
    began = time.monotonic()
    watched = Watched(browser, path, viewport={"width": 1280, "height": 900})
    page = watched.page
    page.wait_for_selector(".pair-head")
    took = time.monotonic() - began
    check(took < 15, "200 recordings and 300 pairs open fast", f"{took:.2f} s")
    page.wait_for_timeout(500)
    for text, steps in (("zooming", 10 * ["+"]), ("scrolling", 14 * ["ArrowRight"])):
        before = processor_time()
        page.evaluate("""async (keys) => {
          const line = document.querySelector('.line');
          line.focus();
          for (const key of keys) {
            line.dispatchEvent(new KeyboardEvent('keydown', { key }));
            await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
          }
        }""", steps)
        spent = (processor_time() - before) / len(steps) * 1000
        # Without a GPU, of all threads and processes.
        check(spent < 500, f"{text} is fast", f"{spent:.0f} ms of processor time a step")
    page.fill("input[type=search]", "007")
    shown = page.locator(".pair:visible").count()
    check(0 < shown < 30, "the filter narrows the list", shown)
    page.wait_for_timeout(800)
    page.screenshot(path=output / "large.png")
    watched.finish("large")


def check_odd(browser: Browser, output: Path) -> None:
    """Nothing placed, and one recording."""
    empty: dict[str, Any] = {"title": "Empty", "version": "0.4", "groups": [], "sounds": [],
                             "unplaced": [{"name": "a.wav", "reason": "Silent."}]}
    only = recording("a.wav", 0.0, 5.0, 1, device="a", envelope=[], standard_error=None)
    group = {"name": "Group 1", "duration": 5.0, "pairs": [], "recordings": [only]}
    for text, data, wanted in (("no recording", empty, "No recording was placed"),
                               ("one recording", {**empty, "groups": [group]},
                                "1 recording placed")):
        path = output / "odd.html"
        path.write_text(assemble(data), "ascii")
        watched = Watched(browser, path)
        check(wanted in watched.page.locator("main").inner_text(), text)
        watched.finish(text)
