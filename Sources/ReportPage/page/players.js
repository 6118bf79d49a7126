// SPDX-License-Identifier: MIT

let playingPlayer = null;
let sharedContext = null;

/** The context that sounds are played in, at the sample rate of the sounds where that is possible. */
function playContext(rate) {
  if (sharedContext && sharedContext.sampleRate !== rate) {
    sharedContext.close();
    sharedContext = null;
  }
  try {
    sharedContext = sharedContext || new AudioContext({ sampleRate: rate });
  } catch (error) {
    sharedContext = new AudioContext();
  }
  return sharedContext;
}

/** Plays places of a pair: the reference and the other together. */
class Player {
  constructor(pair) {
    this.pair = pair;
    this.isAligned = true;
    this.isStereo = this.isRepeated = false;
    this.balance = 0.5;
    this.start = 0;
    this.place = null;
    this.lastHeard = null;
    this.mix = null;
    this.view = new WaveView(this);
    this.element = this.build();
  }

  build() {
    const places = this.pair.places;
    this.placeButtons = places.map((place) => button(clock(place.at), () => this.pressPlace(place), {
      "aria-pressed": "false",
      "aria-label": "Play " + fixed(place.duration, 0) + " seconds at " + clock(place.at) }));
    this.playButton = button("Play", () => this.toggle(), { class: "main-button" });
    this.status = make("p.muted", { "aria-live": "polite" });
    const zoom = (label, text, factor) => button(text, () => this.view.zoom(factor), { "aria-label": label });
    const view = this.view;
    return make("div.player",
      make("h4", "Listen"),
      make("div.row", { role: "group", "aria-label": "Places, as times in the reference" },
        make("span.muted", "Places in the reference:"), this.placeButtons),
      make("div.row.apart", this.playButton, this.buildSwitch()),
      this.buildBalance(),
      make("div.row.apart",
        this.buildCheck("Reference left, other right", "isStereo"), this.buildCheck("Repeat", "isRepeated")),
      make("div.head",
        make("span.muted", "Above: ", make("span.reference", "reference"),
          ". Below, mirrored: ", make("span.other", "other"), "."),
        make("div.row", zoom("Zoom out of the waveforms", "\u2212", 0.5),
          zoom("Zoom into the waveforms", "+", 2), zoom("Show the whole place", "Show all", 1e-9))),
      view.element, this.status);
  }

  buildSwitch() {
    const name = newId();
    const radio = (label, isAligned) => {
      const input = make("input", { type: "radio", name, checked: isAligned === this.isAligned,
        onchange: () => this.setAligned(isAligned) });
      input.isAligned = isAligned;
      return [input, make("label.check", input, label)];
    };
    const [first, second] = [radio("Aligned", true), radio("As the files begin", false)];
    this.radios = [first[0], second[0]];
    return make("fieldset", make("legend.hidden", "How the other is placed"),
      make("div.row.apart", first[1], second[1]));
  }

  buildBalance() {
    const id = newId();
    this.slider = make("input", { type: "range", id, min: "0", max: "100", step: "5", value: "50",
      oninput: () => this.setBalance(Number(this.slider.value) / 100) });
    this.describeBalance();
    this.slider.setAttribute("aria-label", "Balance between reference and other");
    return make("div.balance", make("label", { for: id, class: "reference" }, "Reference"),
      this.slider, make("span.other", "Other"));
  }

  buildCheck(label, key) {
    const input = make("input", { type: "checkbox",
      onchange: () => { this[key] = input.checked; this.adjust(); } });
    return make("label.check", input, label);
  }

  describeBalance() {
    const other = Math.round(this.balance * 100);
    this.slider.setAttribute("aria-valuetext", other === 0 ? "only the reference"
      : other === 100 ? "only the other" : "reference " + (100 - other) + ", other " + other + " percent");
  }

  setBalance(balance) {
    this.balance = clamp(balance, 0, 1);
    this.slider.value = Math.round(this.balance * 100);
    this.describeBalance();
    this.adjust();
  }

  setAligned(isAligned) {
    this.isAligned = isAligned;
    for (const radio of this.radios) radio.checked = radio.isAligned === isAligned;
    this.adjust();
    this.view.draw();
    this.tell();
  }

  adjust() {
    if (this.mix) adjustMix(sharedContext, this.mix, this.sounds, this, false);
  }

  async pressPlace(place) {
    if (this.place === place && this.mix) {
      this.stop();
      return;
    }
    this.stop();
    if (await this.choose(place)) await this.play();
  }

  /** Decodes a place and shows its waveforms. */
  async choose(place) {
    if (this.place === place && this.sounds) return true;
    this.place = place;
    this.sounds = null;
    this.start = 0;
    this.placeButtons.forEach((element, index) =>
      element.setAttribute("aria-pressed", String(this.pair.places[index] === place)));
    try {
      const sounds = await soundsOf(place, this.pair.polarity);
      if (this.place !== place) return false;
      this.sounds = sounds;
    } catch (error) {
      this.status.textContent = "This browser cannot decode the sound of this place.";
      return false;
    }
    this.view.show(this.sounds, place.duration);
    this.tell();
    return true;
  }

  async toggle() {
    if (this.mix) this.stop();
    else if (this.pair.places.length && await this.choose(this.place || this.pair.places[0])) await this.play();
  }

  async play() {
    if (playingPlayer) playingPlayer.stop();
    const sound = this.sounds.reference || this.sounds.after;
    if (!sound) return;
    const context = playContext(sound.rate);
    await context.resume();
    if (this.mix) return;
    this.startedAt = context.currentTime + 0.05;
    const mix = this.mix = startMix(context, this.sounds, this, this.startedAt, this.start);
    playingPlayer = this;
    this.lastHeard = this.place;
    const first = Object.values(mix.voices)[0].source;
    first.onended = () => { if (this.mix === mix) this.stop(); };
    this.playButton.textContent = "Stop";
    this.tell();
    this.follow();
  }

  stop() {
    if (!this.mix) return;
    for (const { source } of Object.values(this.mix.voices)) source.stop();
    this.mix = null;
    playingPlayer = null;
    this.playButton.textContent = "Play";
    this.view.placeCursor();
    this.tell();
  }

  /** Where playing is, in seconds from the place's beginning. */
  get position() {
    if (!this.mix) return this.start;
    const latency = sharedContext.outputLatency || 0;
    const passed = this.start + Math.max(0, sharedContext.currentTime - this.startedAt - latency);
    return this.isRepeated ? passed % this.mix.length : passed;
  }

  /** Moves the play cursor while playing: seldom where little motion is preferred. */
  follow() {
    if (!this.mix) return;
    this.view.placeCursor();
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) setTimeout(() => this.follow(), 250);
    else requestAnimationFrame(() => this.follow());
  }

  async seek(time) {
    const wasPlaying = this.mix !== null;
    this.stop();
    this.start = clamp(time, 0, this.place ? this.place.duration - 0.01 : 0);
    this.view.placeCursor();
    if (wasPlaying) await this.play();
  }

  tell() {
    if (!this.place) return;
    const other = this.isAligned ? this.place.after : this.place.before;
    const text = (this.mix ? "Playing" : "Ready:") + " " + fixed(this.place.duration, 1) + " s at "
      + clock(this.place.at) + " of the reference, "
      + (this.isAligned ? "aligned" : "as if both files had begun together") + "."
      + (isNumber(other) ? "" : " The other has no sound there.")
      + (this.pair.polarity === -1 ? " The polarity is opposite: the other is shown and played inverted." : "");
    this.status.textContent = text;
    this.view.canvas.setAttribute("aria-label", "Waveforms of reference and other, " + text);
  }

  /** The keys of an open pair. */
  key(event) {
    const target = event.target;
    const isIn = (selector) => target.matches(selector);
    if (event.ctrlKey || event.altKey || event.metaKey || isIn("textarea, [type=search]")) return;
    const sign = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const isWave = this.view.element.contains(target);
    const span = this.view.range[1] - this.view.range[0];
    if (event.key === " ") {
      if (isIn("button, [type=checkbox], summary")) return;
      this.toggle();
    } else if (event.key === "b" || event.key === "B") this.setAligned(!this.isAligned);
    else if (sign && isWave && event.shiftKey) this.seek(this.start + sign * span * 0.02);
    else if (sign && isWave) this.view.scrollTo(this.view.range[0] + sign * span * 0.1);
    else if (sign && !isIn("[type=range], [type=radio]")) this.setBalance(this.balance + sign * 0.1);
    else if (event.key === "+" || event.key === "=") this.view.zoom(1.5);
    else if (event.key === "-") this.view.zoom(1 / 1.5);
    else if (event.key === "0") this.view.zoom(1e-9);
    else return;
    event.preventDefault();
  }
}
