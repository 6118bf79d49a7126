// SPDX-License-Identifier: MIT

let data, pairs, recordingCount;
const pairItems = new Map();
let liveRegion;

/** The pairs, the least sure first. Below one in a billion only the standard error counts. */
function sortedPairs() {
  const found = data.groups.flatMap((group) => group.pairs.map((pair) => ({
    breaks: [], places: [], ...pair, group, referenceRecording: group.recordings[pair.reference],
    otherRecording: group.recordings[pair.other],
  })));
  const rank = (pair) => Math.max(pair.false_alarm_probability, 1e-9);
  return found.sort((a, b) => Number(b.is_contradicted) - Number(a.is_contradicted)
    || rank(b) - rank(a) || b.standard_error - a.standard_error);
}

const isDoubtful = (pair) => pair.is_contradicted || !(pair.false_alarm_probability < 1e-6);

const pairName = (pair) => plain(pair.referenceRecording.name + " and " + pair.otherRecording.name);

function isInTime(pair) {
  return Math.abs(pair.delay) <= 2 * (pair.standard_error || 0);
}
