// SPDX-License-Identifier: MIT

const minus = (text) => (/[1-9]/.test(text) ? text.replace("-", "\u2212") : text.replace("-", ""));

/** Two significant digits, without an exponent. */
function twoDigits(value) {
  const digits = clamp(1 - Math.floor(Math.log10(Number(value.toPrecision(2)))), 0, 12);
  return Number(value.toPrecision(2)).toFixed(digits);
}

/** A span of time in the unit that suits it. */
function shortTime(seconds) {
  if (!isNumber(seconds)) return "unknown";
  const size = Math.abs(seconds);
  if (size === 0) return "0 s";
  const [factor, unit] = size >= 0.9995 ? [1, "s"] : size >= 0.9995e-3 ? [1e3, "ms"]
    : size >= 1e-7 ? [1e6, "\u00b5s"] : [1e9, "ns"];
  return (seconds < 0 ? "\u2212" : "") + twoDigits(size * factor) + "\u00a0" + unit;
}

/** A number as far as its standard error reaches. */
function measured(value, error) {
  const digits = error > 0 ? clamp(1 - Math.floor(Math.log10(Number(error.toPrecision(2)))), 0, 12) : 6;
  return minus(value.toFixed(digits));
}

const delayText = (delay, error) => measured(delay, error) + "\u00a0s"
  + (error > 0 ? " \u00b1\u00a0" + shortTime(error) : "");

const errorText = (error) => isNumber(error) ? shortTime(error) : "unknown";

function driftText(item) {
  if (!isNumber(item.drift_ppm)) return null;
  const error = item.drift_standard_error_ppm;
  const value = measured(item.drift_ppm, error);
  return (item.drift_ppm > 0 && /[1-9]/.test(value) ? "+" : "") + value
    + (error > 0 ? " \u00b1 " + twoDigits(error) : "") + " ppm";
}

function probabilityText(p) {
  if (!isNumber(p)) return "unknown";
  if (p < 1e-9) return "less than one in a billion";
  if (p < 1e-6) return "less than one in a million";
  if (p >= 0.1) return "about " + Math.round(p * 100) + " in 100";
  return "about one in " + Number((1 / p).toPrecision(p < 0.01 ? 1 : 2)).toLocaleString("en");
}

function polarityText(polarity) {
  return polarity === 1 ? "the same" : polarity === -1 ? "opposite" : "cannot be told";
}

/** A time as h:mm:ss, with as many decimals as asked for. */
function clock(time, decimals = 0) {
  const scale = 10 ** decimals;
  const total = Math.round(Math.abs(time) * scale);
  const seconds = Math.floor(total / scale);
  const two = (number) => String(number).padStart(2, "0");
  return (time < 0 && total > 0 ? "\u2212" : "") + Math.floor(seconds / 3600) + ":"
    + two(Math.floor(seconds / 60) % 60) + ":" + two(seconds % 60)
    + (decimals ? "." + String(total % scale).padStart(decimals, "0") : "");
}

const decimalsOf = (step) => clamp(-Math.floor(Math.log10(step) + 1e-9), 0, 9);

function niceStep(atLeast) {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  return power * [1, 2, 5, 10].find((factor) => factor * power >= atLeast * 0.9999);
}

/** A step between ticks of a time axis. */
function timeStep(atLeast) {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];
  if (atLeast <= 0.5) return niceStep(atLeast);
  return steps.find((step) => step >= atLeast) || 3600 * niceStep(atLeast / 3600);
}

function ticksBetween(first, last, step) {
  const ticks = [];
  for (let index = Math.ceil(first / step - 1e-9); index * step <= last + step * 1e-6; index++) {
    ticks.push(index * step);
  }
  return ticks;
}
