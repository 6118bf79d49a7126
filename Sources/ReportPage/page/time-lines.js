// SPDX-License-Identifier: MIT

/** A path of the loudness along one piece, in a box of 1000 by 100. */
function outline(recording, piece) {
  const values = recording.envelope || [];
  const perSecond = values.length / recording.duration;
  const length = piece.end - piece.start;
  const first = Math.floor(piece.file_start * perSecond);
  const last = Math.min(values.length - 1, Math.ceil((piece.file_start + length) * perSecond) - 1);
  let path = "M0 100";
  for (let index = first; index <= last; index++) {
    const left = clamp((index / perSecond - piece.file_start) / length, 0, 1) * 1000;
    const right = clamp(((index + 1) / perSecond - piece.file_start) / length, 0, 1) * 1000;
    const top = (100 - clamp(values[index] || 0, 0, 1) * 98).toFixed(0);
    path += "L" + left.toFixed(1) + " " + top + "H" + right.toFixed(1);
  }
  return make("svg", { viewBox: "0 0 1000 100", preserveAspectRatio: "none", "aria-hidden": "true" },
    make("path", { d: path + "V100Z" }));
}

/** One group's time line: a lane for each device, zoom, scrolling and a cursor. */
class TimeLine {
  constructor(group) {
    this.group = group;
    this.duration = Math.max(group.duration, 1e-3);
    this.zoom = 1;
    this.cursorTime = null;
    this.buttons = [];
    this.element = this.build();
    this.listen();
    this.setZoom(1);
  }

  build() {
    this.axisTrack = make("div.track");
    this.grid = make("div.layer");
    this.cursors = [make("div.cursor", { hidden: true }, make("span")),
      make("div.cursor", { hidden: true })];
    this.inner = make("div.inner", this.grid,
      make("div.axis", { "aria-hidden": "true" },
        make("div.lane-label", "Device"), this.axisTrack),
      this.lanes(), make("div.layer", this.cursors[1]));
    this.scroller = make("div.line", { tabindex: "0", role: "group",
      "aria-label": "Time line of " + this.group.name + ", " + clock(this.duration)
        + " long. Arrow keys scroll, plus and minus zoom, up and down go through the recordings." },
      this.inner);
    this.details = make("div.panel", { hidden: true });
    const zoomButton = (label, text, factor) =>
      button(text, () => this.setZoom(factor ? this.zoom * factor : 1), { "aria-label": label });
    const recordings = this.group.recordings;
    const hasGap = recordings.some((recording) => recording.pieces.length > 1);
    return make("section", { "aria-label": this.group.name },
      make("div.head",
        make("div", make("h2", nameOf(this.group.name)), make("small",
          plural(recordings.length, "recording") + ", " + clock(this.duration) + " long")),
        make("div.row.no-print", zoomButton("Zoom out", "\u2212", 0.5),
          zoomButton("Zoom in", "+", 2), zoomButton("Show all", "Show all", 0))),
      this.scroller,
      make("div.legend",
        make("span", make("i"), "sound only, with its loudness"),
        recordings.some((recording) => recording.has_picture)
          ? make("span.has-picture", make("i"), "with picture") : null,
        hasGap ? make("span.gap", make("i"), "samples lost, or a break") : null),
      this.details);
  }

  lanes() {
    const byDevice = new Map();
    this.group.recordings.forEach((recording, index) => {
      if (!byDevice.has(recording.device)) byDevice.set(recording.device, []);
      byDevice.get(recording.device).push(index);
    });
    return [...byDevice].map(([device, members]) => {
      const rows = [];
      const track = make("div.track", { role: "group", "aria-label": "Device " + device });
      const extent = (index) => this.extent(this.group.recordings[index]);
      members.sort((a, b) => extent(a)[0] - extent(b)[0]);
      for (const index of members) {
        const [start, end] = extent(index);
        let row = rows.findIndex((rowEnd) => rowEnd <= start + 1e-9);
        if (row < 0) row = rows.push(0) - 1;
        rows[row] = end;
        track.append(this.block(index, row));
      }
      track.style.height = rows.length * 3.5 + 0.25 + "rem";
      return make("div.lane",
        make("div.lane-label", nameOf(device)), track);
    });
  }

  extent(recording) {
    return [Math.min(...recording.pieces.map((piece) => piece.start)),
      Math.max(...recording.pieces.map((piece) => piece.end))];
  }

  /** A recording: a block for each of its pieces, gaps between them, and its name. */
  block(index, row) {
    const recording = this.group.recordings[index];
    const [start, end] = this.extent(recording);
    const length = Math.max(end - start, 1e-9);
    const percent = (time) => (time / length) * 100 + "%";
    const pieces = recording.pieces.map((piece) => make("span.piece", { style: {
      left: percent(piece.start - start), width: percent(piece.end - piece.start) } }, outline(recording, piece)));
    const breaks = recording.pieces.slice(1).map((piece) =>
      make("span.break", { style: { left: percent(piece.start - start) } }));
    const element = button([...pieces, ...breaks,
      make("span.name", nameOf(recording.name.split("/").pop()))],
      () => this.select(index), {
        class: "recording" + (recording.has_picture ? " has-picture" : ""), "aria-pressed": "false",
        tabindex: this.buttons.length ? "-1" : "0", title: plain(recording.name),
        "aria-label": plain(recording.name) + (recording.has_picture ? ", with picture" : "") + ", from "
          + clock(start) + " to " + clock(end)
          + (pieces.length > 1 ? ", " + pieces.length + " pieces" : ""),
        onfocus: () => this.moveTabStop(element),
        style: { left: (start / this.duration) * 100 + "%", width: (length / this.duration) * 100 + "%",
          top: row * 3.5 + 0.25 + "rem" },
      });
    this.buttons.push(element);
    recording.button = element;
    return element;
  }

  moveTabStop(element) {
    for (const other of this.buttons) other.tabIndex = other === element ? 0 : -1;
  }

  // How wide the track is, and where it begins to be visible.
  get labelWidth() { return this.axisTrack.offsetLeft; }
  get visibleWidth() { return Math.max(this.scroller.clientWidth - this.labelWidth, 50); }
  get trackWidth() { return this.axisTrack.getBoundingClientRect().width || 1; }

  timeAt(clientX) {
    const box = this.axisTrack.getBoundingClientRect();
    return ((clientX - box.left) / box.width) * this.duration;
  }

  /** Zooms so that the time under `clientX`, or in the middle, stays where it is. */
  setZoom(zoom, clientX) {
    const most = Math.max(1, Math.min(4e6, this.duration * 2000) / this.visibleWidth);
    const left = this.scroller.getBoundingClientRect().left + this.labelWidth;
    clientX = clientX === undefined ? left + this.visibleWidth / 2 : clientX;
    const time = this.timeAt(clientX);
    this.zoom = clamp(zoom, 1, most);
    this.inner.style.width = "calc(var(--label) + (100% - var(--label)) * " + this.zoom + ")";
    this.scrollTo((time / this.duration) * this.trackWidth - (clientX - left));
    this.drawTicks();
  }

  scrollTo(left) {
    this.scroller.scrollTo({ left, behavior: "instant" });
  }

  drawTicks() {
    const perSecond = this.trackWidth / this.duration;
    const step = timeStep(95 / perSecond);
    const first = Math.max(0, this.scroller.scrollLeft / perSecond - step);
    const last = Math.min(this.duration, first + this.visibleWidth / perSecond + 2 * step);
    const marks = (hasText) => ticksBetween(first, last, step).map((time) => {
      const isAtEnd = (this.duration - time) * perSecond < 60;
      return make("div.tick", { style: { left: (time / this.duration) * 100 + "%" } },
        hasText && !isAtEnd ? clock(time, decimalsOf(step)) : null);
    });
    this.axisTrack.replaceChildren(...marks(true), this.cursors[0]);
    this.grid.replaceChildren(...marks(false));
  }

  setCursor(time) {
    this.cursorTime = time === null ? null : clamp(time, 0, this.duration);
    for (const cursor of this.cursors) {
      cursor.hidden = time === null;
      cursor.style.left = (this.cursorTime / this.duration) * 100 + "%";
    }
    const perSecond = this.trackWidth / this.duration;
    const fromLeft = this.cursorTime * perSecond - this.scroller.scrollLeft;
    this.cursors[0].classList.toggle("left", fromLeft > this.visibleWidth - 100);
    const text = clock(this.cursorTime || 0, clamp(decimalsOf(1 / perSecond), 0, 4));
    this.cursors[0].firstChild.textContent = text;
    return text;
  }

  listen() {
    const line = this.scroller;
    let frame = 0, left, top;
    const redraw = () => {
      if (!frame) frame = requestAnimationFrame(() => { frame = 0; this.drawTicks(); });
    };
    line.addEventListener("scroll", redraw);
    new ResizeObserver(redraw).observe(line);
    line.addEventListener("keydown", (event) => this.key(event));
    line.addEventListener("pointermove", (event) => this.setCursor(this.timeAt(event.clientX)));
    line.addEventListener("pointerleave", () => this.setCursor(null));
    listenToPointer(line, {
      hasNativeTouch: true,
      begin: () => { [left, top] = [line.scrollLeft, line.scrollTop]; },
      drag: (x, y) => { line.scrollTop = top - y; this.scrollTo(left - x); },
      click: (event) => event.detail && this.setCursor(this.timeAt(event.clientX)),
      zoom: (factor, x) => this.setZoom(this.zoom * factor, x),
    });
  }

  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const sign = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.key === "+" || event.key === "=") this.setZoom(this.zoom * 1.5);
    else if (event.key === "-") this.setZoom(this.zoom / 1.5);
    else if (event.key === "0") this.setZoom(1);
    else if (event.key === "Home") this.scrollTo(0);
    else if (event.key === "End") this.scrollTo(this.trackWidth);
    else if (event.key === "ArrowUp" || event.key === "ArrowDown") this.focusNext(sign);
    else if (sign && event.shiftKey) this.moveCursor(sign);
    else if (sign) this.scrollTo(this.scroller.scrollLeft + sign * this.visibleWidth * 0.15);
    else return;
    event.preventDefault();
  }

  moveCursor(sign) {
    const perSecond = this.trackWidth / this.duration;
    const left = this.scroller.scrollLeft;
    const from = this.cursorTime === null ? (left + this.visibleWidth / 2) / perSecond : this.cursorTime;
    announce("Cursor at " + this.setCursor(from + (sign * 8) / perSecond));
    const x = this.cursorTime * perSecond;
    if (x < left || x > left + this.visibleWidth) this.scrollTo(x - this.visibleWidth / 2);
  }

  focusNext(sign) {
    const now = this.buttons.indexOf(document.activeElement);
    const next = now < 0 ? this.buttons.findIndex((element) => element.tabIndex === 0)
      : clamp(now + sign, 0, this.buttons.length - 1);
    this.buttons[next].focus();
  }

  select(index) {
    const recording = this.group.recordings[index];
    for (const element of this.buttons) {
      element.setAttribute("aria-pressed", String(element === recording.button));
    }
    this.details.hidden = false;
    this.details.replaceChildren(...this.detailsOf(recording, index));
    announce("The details of " + recording.name + " are below the time line.");
    this.details.scrollIntoView({ block: "nearest" });
  }

  closeDetails(recording) {
    this.details.hidden = true;
    recording.button.setAttribute("aria-pressed", "false");
    recording.button.focus();
  }

  detailsOf(recording, index) {
    const [start, end] = this.extent(recording);
    const own = pairs.filter((pair) => pair.group === this.group
      && (pair.reference === index || pair.other === index));
    return [
      make("div.head", make("h3", nameOf(recording.name)),
        button("Close", () => this.closeDetails(recording), { class: "no-print" })),
      facts([
        ["Device", nameOf(recording.device)],
        ["On the time line", clock(start, 3) + " to " + clock(end, 3)],
        ["Length of the file", clock(recording.duration, 1)
          + (recording.has_picture ? ", with picture" : ", sound only")],
        ["Standard error", errorText(recording.standard_error)],
        ["Clock difference", driftText(recording) || "not measured"],
        ["Polarity", polarityText(recording.polarity)],
        ["False-alarm probability", probabilityText(recording.false_alarm_probability)]]),
      (recording.notes || []).map((note) => make("p", note)),
      recording.pieces.length > 1 ? table("Pieces", ["Piece", "From", "To", "In the file"],
        recording.pieces.map((piece, number) => [String(number + 1), clock(piece.start, 3),
          clock(piece.end, 3), clock(piece.file_start, 3)])) : null,
      make("h4", own.length ? "Its pairs" : "It has no pair of its own."),
      own.length ? make("ul", own.map((pair) => make("li",
        pairLink(pair, pair.reference === index ? pair.otherRecording : pair.referenceRecording), " ",
        make("small", delayText(pair.delay, pair.standard_error) + ", false alarm "
          + probabilityText(pair.false_alarm_probability))))) : null,
    ].flat().filter(Boolean);
  }
}
