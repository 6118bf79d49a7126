// SPDX-License-Identifier: MIT

// The report page of Overlap: shows how recordings were placed, and plays pairs of them.
//
// It reads the JSON in the element "data". Whoever writes that JSON must write each "<" in it as
// \u003c, as names of files may hold the end tag of a script. Names and sentences reach the page as text only:
// nothing here parses HTML. Nothing here uses the network.
//
// Times are in seconds. A delay says how much later an event comes in the other recording than in
// the reference. A piece's delay holds at its start; from there on it grows by the clock difference.
"use strict";

const svgNames = new Set(["svg", "path", "line", "circle", "rect", "text"]);

/** Creates an element, "tag.class", with attributes and listeners ("onclick"), if any, and children. */
function make(kind, ...rest) {
  const [tag, ...classes] = kind.split(".");
  const element = svgNames.has(tag)
    ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  if (classes.length) element.setAttribute("class", classes.join(" "));
  const hasAttributes = rest[0] && Object.getPrototypeOf(rest[0]) === Object.prototype;
  for (const [key, value] of Object.entries(hasAttributes ? rest.shift() : {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "style") Object.assign(element.style, value);
    else if (typeof value === "function") element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...rest.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

/** A name without characters that would hide, reverse or break it. */
const plain = (text) => text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, "\ufffd");

/** A name as text whose direction does not affect the text around it. */
const nameOf = (text, kind) => make("bdi", { class: kind },
  // A long path breaks behind a slash or an underline first.
  plain(text).split(/(?<=[/_])/).map((part, index) => index ? [make("wbr"), part] : part));

const button = (label, onclick, attributes) =>
  make("button", { type: "button", onclick, ...attributes }, label);

/** A list of terms and descriptions; pairs without a description are left out. */
function facts(rows) {
  return make("dl.facts", rows.filter((row) => row && row[1] !== null)
    .map(([term, ...value]) => [make("dt", term), make("dd", ...value)]));
}

function table(caption, heads, rows) {
  return make("div.scroll", make("table", make("caption.hidden", caption),
    make("thead", make("tr", heads.map((head) => make("th", { scope: "col" }, head)))),
    make("tbody", rows.map((row) => make("tr", row.map((cell) => make("td.number", cell)))))));
}

let lastId = 0;
const newId = () => "e" + ++lastId;

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const isNumber = (value) => typeof value === "number" && isFinite(value);
const plural = (count, one, many) => count + " " + (count === 1 ? one : many || one + "s");

/** Tells a screen reader something that changed. */
function announce(text) {
  liveRegion.textContent = text;
}

/** Calls back for drags, clicks that are no drags, and zooming by Ctrl with the wheel or two fingers. */
function listenToPointer(element, { begin, drag, click, zoom, hasNativeTouch }) {
  let start = null, isDragging = false, distance = 0, factor = 1, frame = 0;
  // Events may come faster than the page is drawn.
  const zoomSoon = (by, x) => {
    if (!frame) frame = requestAnimationFrame(() => { frame = 0; zoom(factor, x); factor = 1; });
    factor *= by;
  };
  element.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoomSoon(Math.exp(-clamp(event.deltaY, -100, 100) / 200), event.clientX);
  }, { passive: false });
  element.addEventListener("touchmove", (event) => {
    const [a, b] = event.touches;
    if (!b) return;
    event.preventDefault();
    start = null;
    const now = Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
    if (distance) zoomSoon(now / distance, (a.clientX + b.clientX) / 2);
    distance = now;
  }, { passive: false });
  element.addEventListener("touchend", () => { distance = 0; });
  element.addEventListener("pointerdown", (event) => {
    isDragging = false;
    if (event.button || (hasNativeTouch && event.pointerType === "touch")) return;
    start = { x: event.clientX, y: event.clientY };
    begin();
  });
  element.addEventListener("pointermove", (event) => {
    if (!start || !event.buttons) return;
    const [x, y] = [event.clientX - start.x, event.clientY - start.y];
    if (!isDragging && Math.hypot(x, y) > 4) {
      isDragging = true;
      element.setPointerCapture(event.pointerId);
    }
    if (isDragging) drag(x, y);
  });
  for (const end of ["pointerup", "pointercancel"]) element.addEventListener(end, () => { start = null; });
  element.addEventListener("click", (event) => {
    if (isDragging) event.stopPropagation();
    else click(event);
    isDragging = false;
  }, true);
}
