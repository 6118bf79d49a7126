// SPDX-License-Identifier: MIT

/** Both sounds of a place: the reference above, the other mirrored below. */
class WaveView {
  constructor(player) {
    this.player = player;
    this.range = [0, 1];
    this.duration = 1;
    this.canvas = make("canvas", { role: "img", "aria-label": "Waveforms" });
    this.cursor = make("div.play-cursor", { hidden: true });
    this.element = make("div.wave", { tabindex: "0", role: "group",
      "aria-label": "Waveforms: left and right scroll, plus and minus zoom, "
        + "shift with left and right moves where playing starts" }, this.canvas, this.cursor);
    new ResizeObserver(() => this.draw()).observe(this.element);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    this.listen();
  }

  get width() { return this.element.clientWidth || 1; }

  show(sounds, duration) {
    this.sounds = sounds;
    this.duration = duration;
    this.range = [0, duration];
    this.draw();
  }

  timeAt(clientX) {
    const x = (clientX - this.element.getBoundingClientRect().left) / this.width;
    return this.range[0] + x * (this.range[1] - this.range[0]);
  }

  zoom(factor, around = (this.range[0] + this.range[1]) / 2) {
    const span = this.range[1] - this.range[0];
    const next = clamp(span / factor, Math.min(this.duration, 5e-4), this.duration);
    this.scrollTo(around - ((around - this.range[0]) / span) * next, next);
  }

  scrollTo(start, span = this.range[1] - this.range[0]) {
    const from = clamp(start, 0, Math.max(0, this.duration - span));
    this.range = [from, from + span];
    this.draw();
  }

  listen() {
    let start;
    listenToPointer(this.element, {
      begin: () => { start = this.range[0]; },
      drag: (x) => this.scrollTo(start - (x / this.width) * (this.range[1] - this.range[0])),
      click: (event) => this.player.seek(this.timeAt(event.clientX)),
      zoom: (factor, x) => this.zoom(factor, this.timeAt(x)),
    });
  }

  draw() {
    if (!this.sounds) return;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [this.width, this.canvas.clientHeight || 240];
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    const pen = this.canvas.getContext("2d");
    pen.scale(ratio, ratio);
    const style = getComputedStyle(this.element);
    const color = (name) => style.getPropertyValue(name).trim();
    const bottom = height - 24;
    this.drawAxis(pen, width, bottom, color);
    const { reference, referenceGain, otherGain } = this.sounds;
    const other = this.player.isAligned ? this.sounds.after : this.sounds.before;
    this.drawSound(pen, reference, referenceGain, bottom * 0.25, bottom * 0.23, color("--reference"));
    // The other is upside down, so that the same sound is its mirror image.
    this.drawSound(pen, other, -otherGain, bottom * 0.75, bottom * 0.23, color("--other"));
    this.placeCursor();
  }

  drawAxis(pen, width, bottom, color) {
    const [first, last] = this.range;
    const step = niceStep(((last - first) * 90) / width);
    const hasUnit = step < 0.1;
    pen.font = "12px system-ui, sans-serif";
    pen.fillStyle = color("--muted");
    for (const tick of ticksBetween(first, last, step)) {
      const x = ((tick - first) / (last - first)) * width;
      const text = hasUnit ? (tick * 1e3).toFixed(decimalsOf(step * 1e3)) + " ms"
        : tick.toFixed(decimalsOf(step)) + " s";
      pen.globalAlpha = 0.35;
      pen.fillRect(x, 0, 1, bottom + 5);
      pen.globalAlpha = 1;
      if (x + pen.measureText(text).width + 6 < width) pen.fillText(text, x + 4, bottom + 17);
    }
    pen.fillRect(0, Math.round(bottom / 2), width, 1);
    pen.fillRect(0, bottom, width, 1);
  }

  drawSound(pen, sound, gain, middle, height, color) {
    pen.fillStyle = pen.strokeStyle = color;
    if (!sound) {
      pen.fillText("no sound here", 8, middle);
      return;
    }
    const { samples, rate } = sound;
    const [first, last] = this.range;
    const perPixel = ((last - first) * rate) / this.width;
    const y = (value) => middle - value * gain * height;
    if (perPixel < 1.5) {
      this.drawSamples(pen, samples, first * rate, perPixel, y);
      return;
    }
    for (let x = 0; x < this.width; x++) {
      const from = Math.floor(first * rate + x * perPixel);
      const to = Math.min(samples.length, Math.floor(first * rate + (x + 1) * perPixel));
      if (from >= to) break;
      let low = samples[from], high = low;
      for (let index = from + 1; index < to; index++) {
        const value = samples[index];
        if (value < low) low = value;
        else if (value > high) high = value;
      }
      const [a, b] = [y(high), y(low)];
      pen.fillRect(x, Math.min(a, b) - 0.5, 1, Math.abs(b - a) + 1);
    }
  }

  drawSamples(pen, samples, start, perPixel, y) {
    const first = Math.max(0, Math.floor(start));
    const last = Math.min(samples.length - 1, Math.ceil(start + this.width * perPixel));
    pen.lineWidth = 1.5;
    pen.beginPath();
    for (let index = first; index <= last; index++) pen.lineTo((index - start) / perPixel, y(samples[index]));
    pen.stroke();
    if (perPixel > 0.2) return;
    for (let index = first; index <= last; index++) {
      pen.fillRect((index - start) / perPixel - 2, y(samples[index]) - 2, 4, 4);
    }
  }

  placeCursor() {
    const x = ((this.player.position - this.range[0]) / (this.range[1] - this.range[0])) * this.width;
    this.cursor.hidden = !this.sounds || x < 0 || x > this.width;
    this.cursor.style.transform = "translateX(" + clamp(x, 0, this.width - 2) + "px)";
  }
}
