// SPDX-License-Identifier: MIT

function summary() {
  const worst = data.groups.flatMap((group) => group.recordings)
    .filter((recording) => isNumber(recording.standard_error))
    .sort((a, b) => b.standard_error - a.standard_error)[0];
  return make("p.lead", recordingCount === 0 ? "No recording was placed"
    : plural(recordingCount, "recording") + " placed on " + plural(data.groups.length, "time line"),
  worst && worst.standard_error > 0 ? ["; the worst standard error is " + shortTime(worst.standard_error) + " (",
    nameOf(worst.name), ")"] : null,
  "; " + data.unplaced.length + " not placed.");
}

function firstChecks() {
  if (!pairs.length) return null;
  const doubtful = pairs.filter(isDoubtful).length;
  return make("div.panel.no-print",
    make("h2", "Check first"),
    make("p", doubtful
      ? plural(doubtful, "pair is", "pairs are") + " doubtful: contradicted by others, or with a "
        + "false-alarm probability above one in a million. The least sure pairs:"
      : "No pair is doubtful. The least sure pairs:"),
    make("ul", pairs.slice(0, clamp(doubtful, 3, 5)).map((pair) =>
      make("li", pairLink(pair, pair.referenceRecording, pair.otherRecording), " ",
        make("small", reasonText(pair))))));
}

function reasonText(pair) {
  return (pair.is_contradicted ? "contradicted by other pairs; " : "") + "standard error "
    + errorText(pair.standard_error) + ", false alarm " + probabilityText(pair.false_alarm_probability);
}

function pairLink(pair, ...recordings) {
  return button(recordings.flatMap((recording, index) =>
    [index ? " and " : null, nameOf(recording.name)]), () => openPair(pair), { class: "link" });
}

function keyHelp() {
  const rows = [
    ["Time line", "Left and Right scroll, Up and Down go through the recordings, Enter shows details. "
      + "+ and \u2212 zoom, as do Ctrl with the wheel and two fingers; 0 shows all. "
      + "Shift with Left and Right moves the cursor."],
    ["Open pair", "Space plays and stops, B switches between aligned and as the files begin, "
      + "Left and Right move between reference and other."],
    ["Waveforms", "Left and Right scroll; +, \u2212 and 0 zoom. Shift with Left and Right moves where playing starts."],
  ];
  return make("details.no-print", make("summary", "Keys"), facts(rows));
}
