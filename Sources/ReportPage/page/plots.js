// SPDX-License-Identifier: MIT

const plotWidth = 360, plotHeight = 190;
const plotArea = { left: 52, right: 348, top: 28, bottom: 152 };

function figure(caption, description, children) {
  return make("figure",
    make("svg.plot", { viewBox: "0 0 " + plotWidth + " " + plotHeight, role: "img",
      "aria-label": description }, children),
    make("figcaption", caption));
}

/** Axes with ticks, and the functions that map values to places. */
function axes(xRange, yRange, xLabel, xText, xStep, yText) {
  const { left, right, top, bottom } = plotArea;
  const x = (value) => left + ((value - xRange[0]) / (xRange[1] - xRange[0] || 1)) * (right - left);
  const y = (value) => bottom - ((value - yRange[0]) / (yRange[1] - yRange[0] || 1)) * (bottom - top);
  const yStep = niceStep((yRange[1] - yRange[0]) / 4 || 1);
  const items = [make("path.axis-line", { d: "M" + left + " " + top + "V" + bottom + "H" + right })];
  for (const tick of ticksBetween(xRange[0], xRange[1], xStep)) {
    const anchor = x(tick) > right - 14 ? "end" : "middle";
    items.push(make("path.axis-line", { d: "M" + x(tick) + " " + bottom + "v4" }),
      make("text", { x: Math.min(x(tick), right + 8), y: bottom + 16, "text-anchor": anchor },
        xText(tick, decimalsOf(xStep))));
  }
  for (const tick of ticksBetween(yRange[0], yRange[1], yStep)) {
    items.push(make("path.axis-line", { d: "M" + left + " " + y(tick) + "h-4" }),
      make("text", { x: left - 7, y: y(tick) + 4, "text-anchor": "end" }, yText(tick, decimalsOf(yStep))));
  }
  items.push(make("text", { x: (left + right) / 2, y: plotHeight - 5, "text-anchor": "middle" }, xLabel));
  return { x, y, items };
}

const fixed = (value, decimals) => minus(value.toFixed(decimals));

/** The lowest and the highest values of a curve in at most `count` columns, as a path. */
function curvePath(values, count, place) {
  const width = Math.max(1, Math.ceil(values.length / count));
  const points = [];
  for (let start = 0; start < values.length; start += width) {
    let low = start, high = start;
    for (let index = start; index < Math.min(start + width, values.length); index++) {
      if (values[index] < values[low]) low = index;
      if (values[index] > values[high]) high = index;
    }
    points.push(...(low === high ? [low] : low < high ? [low, high] : [high, low]));
  }
  return "M" + points.map((index) => place(index).map((v) => v.toFixed(1)).join(" ")).join("L");
}

function correlationPlot(pair) {
  const { first_lag: first, last_lag: last, values } = pair.correlation;
  const lagOf = (index) => first + ((last - first) * index) / Math.max(values.length - 1, 1);
  let peak = 0;
  values.forEach((value, index) => { if (Math.abs(value) > Math.abs(values[peak])) peak = index; });
  const apart = Math.max(3, values.length * 0.02);
  const next = values.reduce((most, value, index) =>
    Math.abs(index - peak) > apart ? Math.max(most, Math.abs(value)) : most, 0);
  const low = Math.min(0, values.reduce((a, b) => Math.min(a, b), 0));
  const high = Math.max(values.reduce((a, b) => Math.max(a, b), 0), low + 1e-9);
  const step = niceStep((last - first) / 5 || 1);
  const { x, y, items } = axes([first, last], [low, high], "lag (s)", fixed, step, fixed);
  const at = lagOf(peak);
  // A value stands for the lags of a column: one decimal less than its width has.
  const lag = fixed(at, clamp(decimalsOf(Math.abs(last - first) / values.length || 1) - 1, 0, 6)) + " s";
  const ratio = Math.round((100 * next) / Math.abs(values[peak] || 1));
  const isRight = x(at) > 200;
  items.push(
    make("path.curve", { d: curvePath(values, 400, (index) => [x(lagOf(index)), y(values[index])]) }),
    make("path.mark", { d: "M" + x(at) + " " + (y(values[peak]) - 5) + "V6" }),
    make("circle.dot", { cx: x(at), cy: y(values[peak]), r: 4 }),
    make("text.mark-text", { x: x(at) + (isRight ? -6 : 6), y: 14,
      "text-anchor": isRight ? "end" : "start" }, "peak near " + lag));
  return figure("Correlation against lag. The highest value elsewhere is " + ratio + " % of the peak.",
    "Correlation against lag, from " + fixed(first, 3) + " to " + fixed(last, 3) + " seconds. The peak is near "
      + lag + "; the highest value elsewhere is " + ratio + " percent of it.", items);
}

function mapPlot(pair) {
  const rate = (pair.drift_ppm || 0) * 1e-6;
  const base = pair.pieces[0].delay;
  const points = pair.pieces.flatMap((piece) => [[piece.start, piece.delay - base],
    [piece.end, piece.delay - base + rate * (piece.end - piece.start)]]);
  const errors = Math.max(...pair.pieces.map((piece) => piece.standard_error || 0));
  const offsets = points.map((point) => point[1]);
  let low = Math.min(...offsets) - 1.5 * errors, high = Math.max(...offsets) + 1.5 * errors;
  const margin = (high - low) * 0.08 || 1e-6;
  low -= margin;
  high += margin;
  const size = Math.max(-low, high);
  const [factor, unit] = size >= 1 ? [1, "s"] : size >= 1e-3 ? [1e3, "ms"] : [1e6, "\u00b5s"];
  const end = Math.max(pair.referenceRecording.duration, ...points.map((point) => point[0]));
  const { x, y, items } = axes([0, end], [low * factor, high * factor], "time in the reference",
    clock, timeStep(end / 4), fixed);
  const yOf = (offset) => y(offset * factor);
  for (const gap of pair.breaks) {
    const middle = (x(gap.from) + x(gap.to)) / 2;
    items.push(make("rect.gap-area", { x: x(gap.from), y: plotArea.top,
      width: Math.max(x(gap.to) - x(gap.from), 1), height: plotArea.bottom - plotArea.top }),
    make("path.gap-line", { d: "M" + middle + " " + plotArea.top + "V" + plotArea.bottom }));
  }
  pair.pieces.forEach((piece, index) => {
    const [from, to] = points.slice(2 * index, 2 * index + 2);
    items.push(make("path", { class: "curve thick",
      d: "M" + x(from[0]) + " " + yOf(from[1]) + "L" + x(to[0]) + " " + yOf(to[1]) }));
    for (const [time, offset] of [from, to]) items.push(errorBar(x(time), yOf, offset, piece.standard_error || 0));
  });
  items.push(make("text.mark-text", { x: plotArea.left - 7, y: 11, "text-anchor": "end" }, unit));
  const count = plural(pair.pieces.length, "piece") + ", " + plural(pair.breaks.length, "break");
  const start = delayText(base, pair.pieces[0].standard_error);
  return figure("Delay against time, less " + measured(base, pair.pieces[0].standard_error) + " s: " + count
    + ". Bars show the standard error.",
  "Delay against time in the reference: " + count + ". The first delay is " + start + ". "
    + pair.breaks.map(breakText).join(" "), items);
}

function errorBar(x, yOf, offset, error) {
  const [top, bottom] = [yOf(offset + error), yOf(offset - error)];
  return make("path.mark", { d: "M" + (x - 3) + " " + top + "h6m-3 0V" + bottom + "m-3 0h6" });
}

function breakText(gap) {
  return "Break between " + clock(gap.from, 2) + " and " + clock(gap.to, 2) + " of the reference: "
    + shortTime(Math.abs(gap.inserted)) + (gap.inserted < 0 ? " cut out of" : " inserted into") + " the other recording.";
}
