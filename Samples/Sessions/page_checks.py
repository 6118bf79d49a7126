# SPDX-License-Identifier: MIT

"""What must be so of any report page, in headless Chromium."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page, Playwright

results = {"passed": 0, "failed": 0}
# A page of ten recordings must not be larger, bytes.
TEN_RECORDINGS = 5_000_000
# By how much sounds that are said to be aligned may be apart, seconds.
APART = 0.001


def check(condition: bool, text: str, detail: Any = "") -> None:
    results["passed" if condition else "failed"] += 1
    tail = "" if detail == "" else f": {detail}"
    print(("ok      " if condition else "FAILED  ") + text + tail, flush=True)


def launch(driver: Playwright) -> Browser:
    """The system's Chromium, or else the one that Playwright installs."""
    names = ("chromium", "chromium-browser", "google-chrome")
    system = next(filter(None, map(shutil.which, names)), None)
    return driver.chromium.launch(executable_path=system, args=["--no-sandbox", "--mute-audio"])


class Watched:
    """A page whose requests and messages are recorded."""

    def __init__(self, browser: Browser, path: Path, **options: Any) -> None:
        self.requests: list[str] = []
        self.messages: list[str] = []
        self.path = path
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.messages.append(message.text))
        self.page.on("pageerror", lambda error: self.messages.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.messages.append("dialog"), dialog.dismiss()))
        self.page.goto(path.as_uri())

    def finish(self, text: str) -> None:
        strange = [url for url in self.requests
                   if url != self.path.as_uri() and not url.startswith(("blob:", "data:"))]
        check(not strange, f"{text}: no request leaves the page", strange or "")
        check(not self.messages, f"{text}: no console message", self.messages or "")
        self.context.close()


def check_policy(page: Page) -> None:
    policy = page.get_attribute("meta[http-equiv=Content-Security-Policy]", "content") or ""
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    check(rules["default-src"] == "'none'", "default-src 'none'")
    check(rules["script-src"] == rules["style-src"] == "'unsafe-inline'",
          "scripts and styles inline only")
    check(all(rules[key] == "data: blob:" for key in ("media-src", "connect-src")),
          "media and connections only data: and blob:")
    blocked = page.evaluate("fetch('https://example.invalid/').then(() => false, () => true)")
    check(blocked, "the policy blocks a request")


# Sounds

# Floats as text, as arrays would become long lists of decimals.
ENCODE = """(samples) => {
  const bytes = new Uint8Array(Float32Array.from(samples).buffer);
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}"""

DECODE = f"""async (index) => {{
  const sound = await overlapReport.decodeSound(index);
  return sound && [sound.rate, ({ENCODE})(sound.samples)];
}}"""

RENDER = f"""async ([group, pair, place, settings, offset]) => {{
  const item = overlapReport.data.groups[group].pairs[pair];
  const sounds = await overlapReport.soundsOf(item.places[place], item.polarity);
  const {{ samples, rate }} = sounds.reference;
  const context = new OfflineAudioContext(2, samples.length, rate);
  overlapReport.startMix(context, sounds, settings, 0, offset);
  const out = await context.startRendering();
  return [0, 1].map((channel) => ({ENCODE})(out.getChannelData(channel)));
}}"""


def floats(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), "<f4")


def decode_sound(page: Page, index: int) -> tuple[np.ndarray, int] | None:
    found = page.evaluate(DECODE, index)
    return (floats(found[1]), found[0]) if found else None


def render_mix(page: Page, group: int, pair: int, place: int, settings: dict[str, Any],
               offset: float = 0) -> np.ndarray:
    """What would be heard, of two channels, from some seconds into a place's sounds on."""
    channels = page.evaluate(RENDER, [group, pair, place, settings, offset])
    return np.array([floats(channel) for channel in channels])


def lag(one: np.ndarray, other: np.ndarray) -> int:
    """By how many samples `other` is late: the peak of the whitened cross-correlation."""
    size = 2 * max(len(one), len(other))
    cross = np.conj(np.fft.rfft(one, size)) * np.fft.rfft(other, size)
    peak = int(np.argmax(np.abs(np.fft.irfft(cross / np.maximum(np.abs(cross), 1e-12)))))
    return peak if peak < size // 2 else peak - size


def check_all_sounds(page: Page, data: dict[str, Any]) -> None:
    """All are decoded, none is empty, and those that are said to be aligned are."""
    sounds = [decode_sound(page, index) for index in range(len(data["sounds"]))]
    bad = [index for index, sound in enumerate(sounds) if sound is None or not np.any(sound[0])]
    check(not bad, f"all {len(sounds)} sounds decode, and none is silent", bad or "")
    lags = []
    for group in data["groups"]:
        for pair in group["pairs"]:
            for place in pair["places"]:
                (reference, rate), (after, _) = sounds[place["reference"]], sounds[place["after"]]
                lags.append(abs(lag(reference, after)) / rate)
    apart = sum(seconds > APART for seconds in lags)
    check(apart == 0, f"the sounds at all {len(lags)} places are aligned",
          f"median {1e3 * np.median(lags):.3f} ms, worst {1e3 * max(lags):.3f} ms, {apart} apart"
          if lags else "")


def check_mixes(page: Page, data: dict[str, Any]) -> None:
    """At no place is there silence or clipping, aligned or not."""
    peaks = []
    for number, group in enumerate(data["groups"]):
        for index, pair in enumerate(group["pairs"]):
            for place in range(len(pair["places"])):
                for aligned in (True, False):
                    settings = {"balance": 0.5, "isAligned": aligned, "isStereo": False,
                                "isRepeated": False}
                    peaks.append(np.max(np.abs(render_mix(page, number, index, place, settings))))
    check(min(peaks) > 0.1 and max(peaks) <= 1,
          f"{len(peaks)} mixes are neither silent nor too loud",
          f"peaks from {min(peaks):.3f} to {max(peaks):.3f}")


def check_playing(page: Page) -> None:
    heads = page.locator(".pair-head")
    heads.first.click()
    page.wait_for_timeout(500)
    page.locator(".pair.open .main-button").first.click()
    page.wait_for_timeout(700)
    position = page.evaluate("overlapReport.playing() && overlapReport.playing().position")
    check(position is not None and position > 0.2, "playing starts", position)
    page.locator(".pair.open .main-button").first.click()
    check(page.evaluate("overlapReport.playing()") is None, "playing stops")
    heads.first.click()


def check_size(path: Path, data: dict[str, Any]) -> None:
    count = sum(len(group["recordings"]) for group in data["groups"])
    size, for_ten = path.stat().st_size, path.stat().st_size * 10 / max(10, count)
    check(for_ten < TEN_RECORDINGS, "the page is small enough",
          f"{size / 1e6:.2f} MB with {count} recordings, {for_ten / 1e6:.2f} MB for ten")


# Looks

CUT_OFF = """() => {
  const width = document.documentElement.clientWidth, bad = [];
  for (const e of document.querySelectorAll('main *')) {
    if (e.className === 'scroll' && e.scrollWidth > e.clientWidth) bad.push('wide table');
    if (e.closest('.line, .scroll, .hidden, svg') || !e.getClientRects().length) continue;
    const box = e.getBoundingClientRect();
    if (box.right > width + 1 || box.left < -1) bad.push(e.className + ' ' + box.right);
    const isWider = e.scrollWidth > e.clientWidth + 1;
    if (isWider && getComputedStyle(e).overflow === 'hidden') bad.push('clipped ' + e.className);
  }
  return [document.documentElement.scrollWidth > width, bad.slice(0, 5)];
}"""

OVERLAPS = """() => {
  const bad = [];
  const apart = (a, b) => a.right <= b.left + 1 || b.right <= a.left + 1
    || a.bottom <= b.top + 1 || b.bottom <= a.top + 1;
  for (const plot of document.querySelectorAll('svg.plot')) {
    const texts = [...plot.querySelectorAll('text')];
    const boxes = texts.map((e) => e.getBoundingClientRect());
    const whole = plot.getBoundingClientRect();
    boxes.forEach((box, i) => {
      const name = texts[i].textContent;
      if (box.left < whole.left - 1 || box.right > whole.right + 1) bad.push('outside ' + name);
      for (let j = 0; j < i; j++)
        if (!apart(box, boxes[j])) bad.push(name + ' on ' + texts[j].textContent);
    });
  }
  const controls = [...document.querySelectorAll('button, input, select')]
    .filter((e) => !e.closest('.line') && e.getClientRects().length);
  const boxes = controls.map((e) => e.getBoundingClientRect());
  boxes.forEach((box, i) => { for (let j = 0; j < i; j++)
    if (!apart(box, boxes[j]))
      bad.push('control ' + controls[i].textContent + ' on ' + controls[j].textContent); });
  return bad.slice(0, 8);
}"""


def check_accessibility(page: Page) -> None:
    bad = page.evaluate("""() => [...document.querySelectorAll(
          'button, input, textarea, [role=img], [role=group], [role=region]')]
        .filter((e) => !(e.getAttribute('aria-label') || e.textContent.trim()
          || (e.labels && e.labels.length)))
        .map((e) => e.outerHTML.slice(0, 100))""")
    check(not bad, "every control and plot has a name", bad or "")
    plots = page.locator("svg[role=img]").evaluate_all(
        "all => all.map((e) => e.getAttribute('aria-label'))")
    check(all(len(text) > 30 for text in plots), "plots have text alternatives", len(plots))
    twice = page.evaluate("""() => {
        const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
        return ids.filter((id, index) => ids.indexOf(id) !== index); }""")
    check(not twice, "ids are unique", twice or "")


def open_some(page: Page) -> None:
    """Details of a recording and the first pair's."""
    page.locator(".recording").first.click(position={"x": 3, "y": 8})
    page.locator(".pair-head").first.click()


def check_looks(browser: Browser, path: Path, output: Path,
                prepare: Callable[[Page], None] = open_some) -> None:
    for width in (360, 900, 1600):
        for scheme in ("light", "dark"):
            watched = Watched(browser, path, viewport={"width": width, "height": 900},
                              color_scheme=scheme, reduced_motion="reduce", has_touch=width == 360)
            page = watched.page
            prepare(page)
            page.wait_for_timeout(600)
            page.mouse.move(width / 2, 5)
            cut = page.evaluate(CUT_OFF)
            check(cut == [False, []], f"{width} {scheme}: nothing is cut off",
                  "" if cut == [False, []] else cut)
            bad = page.evaluate(OVERLAPS)
            check(not bad, f"{width} {scheme}: no text or control lies on another", bad or "")
            page.screenshot(path=output / f"page-{width}-{scheme}.png", full_page=True)
            watched.finish(f"{width} {scheme}")


def check_print(page: Page, data: dict[str, Any], output: Path) -> None:
    """The printed page holds all that can be read, and nothing to press."""
    if not shutil.which("pdftotext"):
        print("pdftotext is not installed: the printed page was not checked.")
        return
    page.pdf(path=output / "page.pdf", format="A4",
             margin={side: "12mm" for side in ("top", "bottom", "left", "right")})
    text = subprocess.run(["pdftotext", "-layout", output / "page.pdf", "-"], capture_output=True,
                          text=True, check=True).stdout
    pairs = [pair for group in data["groups"] for pair in group["pairs"]]
    shown = text.count("that unrelated recordings")
    check(shown == len(pairs), "the print holds all pairs, opened", shown)
    check(text.count("Delay against time") == len(pairs), "the print holds the plots")
    check("Listen" not in text and "Wrong?" not in text, "the print holds no players")
    check("False-alarm probability" in text, "the print holds the tables")


def processor_time() -> float:
    """Seconds of all processes below this one: unlike the clock's, not of what else runs here."""
    parents, times = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        number = int(path.parent.name)
        parents[number], times[number] = int(fields[1]), int(fields[11]) + int(fields[12])
    below = {os.getpid()}
    while more := {number for number, parent in parents.items() if parent in below} - below:
        below |= more
    return sum(times.get(number, 0) for number in below) / os.sysconf("SC_CLK_TCK")
