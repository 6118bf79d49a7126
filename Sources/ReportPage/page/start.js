// SPDX-License-Identifier: MIT

function start() {
  const page = document.getElementById("page");
  liveRegion = make("div.hidden", { "aria-live": "polite" });
  try {
    data = JSON.parse(document.getElementById("data").textContent);
  } catch (error) {
    page.replaceChildren(make("p", "The data of this report is damaged: " + error.message));
    return;
  }
  data.groups = data.groups || [];
  data.unplaced = data.unplaced || [];
  data.sounds = data.sounds || [];
  recordingCount = data.groups.reduce((sum, group) => sum + group.recordings.length, 0);
  pairs = sortedPairs();
  document.title = data.title;
  const timeLines = data.groups.map((group) => new TimeLine(group));
  page.replaceChildren(...[make("h1", nameOf(data.title)), summary(), keyHelp(), firstChecks(),
    ...timeLines.map((line) => line.element), pairSection(), unplacedSection(),
    make("p.muted", "Overlap " + data.version), liveRegion].filter(Boolean));
  for (const line of timeLines) line.setZoom(1);
  addEventListener("beforeprint", () => beforePrint(timeLines));
  addEventListener("afterprint", () => afterPrint(timeLines));
  // For the page's test: decoding and mixing without loudspeakers.
  window.overlapReport = Object.freeze({ data, decodeSound, soundsOf, startMix, adjustMix,
    playing: () => playingPlayer });
}

start();
