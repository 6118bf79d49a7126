// SPDX-License-Identifier: MIT

/** A pair in the list: a head that opens, and a body that is made when it is first needed. */
class PairItem {
  constructor(pair) {
    this.pair = pair;
    const bodyId = newId();
    const flags = [];
    if (pair.is_contradicted) flags.push("contradicted by other pairs");
    if (pair.pieces.length > 1) flags.push(plural(pair.breaks.length, "break"));
    if (pair.polarity === -1) flags.push("opposite polarity");
    this.head = make("button", { type: "button", class: "pair-head", "aria-expanded": "false",
      "aria-controls": bodyId, onclick: () => this.setOpen(!this.isOpen) },
      make("span.names", nameOf(pair.referenceRecording.name, "reference"), " and ",
        nameOf(pair.otherRecording.name, "other")),
      make("span.number", make("span.hidden", "; delay "),
        delayText(pair.delay, pair.standard_error)),
      make("small", { class: isDoubtful(pair) ? "warn" : "" }, "False alarm: ",
        probabilityText(pair.false_alarm_probability)),
      flags.length ? make("span.flags", flags.map((flag) => make("span.flag", flag))) : null);
    this.body = make("div", { id: bodyId, class: "pair-body", tabindex: "-1", role: "region",
      "aria-label": pairName(pair), hidden: true });
    this.element = make("li.pair", make("h3", this.head), this.body);
  }

  get isOpen() { return !this.body.hidden; }

  setOpen(isOpen) {
    if (isOpen && !this.body.firstChild) this.fill();
    this.body.hidden = !isOpen;
    this.element.classList.toggle("open", isOpen);
    this.head.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen && this.player) this.player.stop();
    if (isOpen && !isPrinting && this.player && !this.player.place) this.player.choose(this.pair.places[0]);
  }

  fill() {
    const pair = this.pair;
    const plots = make("div.plots");
    if (pair.correlation && pair.correlation.values.length > 1) plots.append(correlationPlot(pair));
    if (pair.pieces.length) plots.append(mapPlot(pair));
    this.player = pair.places.length ? new Player(pair) : null;
    this.body.append(
      make("div.columns",
        make("div", this.factList(), (pair.sentences || []).map((text) => make("p", text)), this.pieceTable()),
        plots),
      this.player ? this.player.element
        : make("p.muted.no-print", "There is no place of this pair to listen to."),
      this.reportRow());
    if (this.player) this.body.addEventListener("keydown", (event) => this.player.key(event));
  }

  factList() {
    const pair = this.pair;
    const [reference, other] = [pair.referenceRecording, pair.otherRecording];
    const later = pair.delay > 0 ? [other, reference] : [reference, other];
    const drift = driftText(pair);
    const isDrifting = Math.abs(pair.drift_ppm) > 2 * (pair.drift_standard_error_ppm || 0);
    return facts([
      ["Reference", nameOf(reference.name, "reference")], ["Other", nameOf(other.name, "other")],
      data.groups.length > 1 ? ["Group", nameOf(pair.group.name)] : null,
      ["Delay", make("strong.number", delayText(pair.delay, pair.standard_error)), make("br"),
        make("small", isInTime(pair) ? "Both are in time, as far as the standard error tells."
          : ["Every event comes " + measured(Math.abs(pair.delay), pair.standard_error) + " s later in ",
            nameOf(later[0].name), " than in ", nameOf(later[1].name), "."])],
      ["Clock difference", drift || "not measured", drift ? make("br") : null, drift ? make("small",
        isDrifting ? ["The clock of ", nameOf(other.name), " runs " + (pair.drift_ppm > 0 ? "faster" : "slower") + "."]
          : "The clocks run alike, as far as the standard error tells.") : null],
      ["False-alarm probability", make("span", { class: isDoubtful(pair) ? "warn" : "" },
        probabilityText(pair.false_alarm_probability)), make("br"),
      make("small", "that unrelated recordings would look as much alike")],
      ["Polarity", polarityText(pair.polarity)],
      ["Overlap", clock(pair.overlap, 1)],
      pair.is_contradicted ? ["Contradicted", make("span.warn",
        "Other pairs of this group lead to another delay.")] : null]);
  }

  pieceTable() {
    const pair = this.pair;
    if (pair.pieces.length < 2) return null;
    return [table("Pieces", ["Piece", "From", "To", "Delay"], pair.pieces.map((piece, index) =>
      [String(index + 1), clock(piece.start, 2), clock(piece.end, 2), delayText(piece.delay, piece.standard_error)])),
    make("ul", pair.breaks.map((gap) => make("li", breakText(gap))))].flat();
  }

  reportRow() {
    const status = make("span", { role: "status", class: "muted" });
    const text = make("textarea.report-text", { readonly: true, hidden: true,
      "aria-label": "Description of this pair" });
    const press = button("Wrong?", () => this.report(text, status),
      { title: "Copy a description of this pair, to report that it is wrong" });
    return make("div",
      make("div.row.no-print", make("h4.hidden", "Report"), press, status), text,
      this.pair.command ? make("p", make("small", "Command: "), make("code", this.pair.command)) : null);
  }

  description() {
    const pair = this.pair;
    const heard = this.player && this.player.lastHeard;
    return ["The alignment of this pair looks wrong.",
      "Reference: " + pair.referenceRecording.name,
      "Other: " + pair.otherRecording.name,
      "Group: " + pair.group.name,
      "Delay: " + delayText(pair.delay, pair.standard_error) + " (" + pair.delay + " s)",
      "Standard error: " + pair.standard_error + " s",
      "Clock difference: " + (driftText(pair) || "not measured"),
      "False-alarm probability: " + pair.false_alarm_probability,
      "Polarity: " + polarityText(pair.polarity) + "; overlap: " + clock(pair.overlap, 1)
        + (pair.is_contradicted ? "; contradicted by other pairs" : ""),
      ...pair.breaks.map(breakText),
      "Place listened at: " + (heard ? clock(heard.at, 1) + " of the reference"
        + (this.player.isAligned ? ", aligned" : ", as the files begin") : "none"),
      "Overlap version: " + data.version,
      "Command: " + (pair.command || "unknown")].join("\n");
  }

  async report(box, status) {
    const text = this.description();
    let isCopied = false;
    try {
      await navigator.clipboard.writeText(text);
      isCopied = true;
    } catch (error) { /* The browser does not allow it: the text box is there for that. */ }
    box.value = text;
    box.hidden = isCopied;
    if (!isCopied) {
      box.focus();
      box.select();
    }
    status.textContent = isCopied ? "A description of this pair was copied to the clipboard."
      : "This browser does not allow copying here. The description is selected below: copy it with Ctrl+C or Cmd+C.";
  }
}

function pairSection() {
  const count = make("small", { role: "status" });
  const list = make("ul.pairs");
  const filter = make("input", { type: "search", id: newId(), autocomplete: "off", oninput: () => applyFilter() });
  for (const pair of pairs) {
    const item = new PairItem(pair);
    pairItems.set(pair, item);
    list.append(item.element);
  }
  function applyFilter() {
    const wanted = filter.value.trim().toLowerCase();
    let shown = 0;
    for (const [pair, item] of pairItems) {
      const isShown = pairName(pair).toLowerCase().includes(wanted);
      item.element.hidden = !isShown;
      if (!isShown && item.isOpen) item.setOpen(false);
      shown += Number(isShown);
    }
    count.textContent = wanted ? shown + " of " + plural(pairs.length, "pair") : plural(pairs.length, "pair")
      + ", the least sure first";
  }
  applyFilter();
  pairSection.clearFilter = () => { filter.value = ""; applyFilter(); };
  return make("section", { id: "pairs", "aria-label": "Pairs", tabindex: "-1" },
    make("div.head", make("div", make("h2", "Pairs"), count),
      pairs.length > 1 ? make("div.row.no-print",
        make("label", { for: filter.id }, "Filter by name"), filter) : null),
    pairs.length ? list : make("p", "There are no pairs."));
}

function openPair(pair) {
  const item = pairItems.get(pair);
  if (item.element.hidden) pairSection.clearFilter();
  item.setOpen(true);
  item.head.focus({ preventScroll: true });
  item.element.scrollIntoView({ block: "start" });
}

function unplacedSection() {
  if (!data.unplaced.length) return null;
  return make("section", { "aria-label": "Not placed" }, make("h2", "Not placed"),
    make("dl.panel.facts", data.unplaced.map((file) =>
      [make("dt", nameOf(file.name)), make("dd", file.reason)])));
}
