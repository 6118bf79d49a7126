// SPDX-License-Identifier: MIT

import Alignment

extension AlignmentFigure {
  /// The script by which gnuplot draws the figure to its standard output.
  func script(_ kind: Gnuplot.FileKind) -> String {
    let hasDelays =
      !(estimate.drift?.segments.isEmpty ?? true) || !estimate.map.breaks.isEmpty
    var script = PlotScript(rows: hasDelays ? 5 : 4, kind)
    addTitle(to: &script)
    addCorrelation(to: &script)
    addWaveforms(to: &script)
    addCloseUps(to: &script)
    if hasDelays { addDelays(to: &script) }
    script.add("unset multiplot")
    return script.text
  }

  private func addTitle(to script: inout PlotScript) {
    let delay = found.estimate.delayAtStart
    let error = estimate.standardErrorAtStart
    let amount = measured(abs(delay), standardError: error)
    let place =
      isZero(delay, standardError: error)
      ? "in time with" : "\(amount) s \(delay < 0 ? "earlier" : "later") than"
    let start = estimate.drift == nil ? "" : " at the start"
    let first =
      "\(other.name): \(place) \(reference.name)\(start)"
      + (estimate.polarity == -1 ? ", upside down" : "")
    let route = found.route.map(figureName).joined(separator: ", ")
    let verdict =
      found.isReliable
      ? "aligned\(route.isEmpty ? "" : " by way of \(route)"): "
        + "standard error \(uncertainty(error))"
      : estimate.falseAlarmProbability > found.threshold
        ? "not reliable: this is only the best guess"
        : "not reliable: another delay fits nearly as well"
    let second =
      "\(verdict); unrelated recordings would fit as well "
      + probability(estimate.falseAlarmProbability)
    script.title(first, second)
  }

  private func addCorrelation(to script: inout PlotScript) {
    let threshold = trace.height(falseAlarmProbability: found.threshold)
    let highest = trace.columns.reduce(threshold) { max($0, $1.high) }
    let lowest = trace.columns.reduce(-threshold) { min($0, $1.low) }
    let margin = 0.08 * (highest - lowest)
    for isNear in [false, true] {
      let data = isNear ? trace.nearby : trace.columns
      let unit = TimeUnit(of: isNear ? 0.01 : data.map { abs($0.position) }.max() ?? 1)
      let origin = isNear ? estimate.delay : 0
      let name = isNear ? "$near" : "$lags"
      script.data(name, data.map { [unit.value($0.position - origin), $0.low, $0.high] })
      script.panel(
        isNear ? "near the peak" : "correlation over all lags searched",
        row: 0, from: isNear ? 0.71 : 0.07, to: isNear ? 0.975 : 0.63)
      script.add(
        "set xlabel "
          + Gnuplot.quoted(
            isNear
              ? "delay \(minus(estimate.delay, 7)) s (\(unit.name))"
              : "delay (\(unit.name)), positive: later in \(other.name)"))
      script.add("set ylabel " + (isNear ? "''" : "'standard deviations'"))
      script.add("set yrange [\(lowest - margin):\(highest + margin)]")
      script.range(
        "x", data.isEmpty ? [-10, 10] : data.map { unit.value($0.position - origin) })
      // A peak as narrow as its column would be no area, but is a stroke.
      let curve =
        isNear ? "using 1:3 with lines lw 1.4" : "using 1:2:(0):($3-$2) with vectors nohead lw 1"
      let height = isNear ? data.value(at: estimate.delay) : data.tallest(at: estimate.delay)
      script.data(
        "$mark\(isNear ? 2 : 1)",
        height.map { [[unit.value(estimate.delay - origin), $0]] } ?? [])
      script.add(
        "plot \(threshold) with lines dt 2 lw 1.2 lc rgb '#c0392b' title "
          + Gnuplot.quoted(isNear ? "" : "threshold \(found.threshold)")
          + ", \(-threshold) with lines dt 2 lw 1.2 lc rgb '#c0392b' notitle, "
          + "\(name) \(curve) lc rgb '#3b6ea5' notitle, "
          + "$mark\(isNear ? 2 : 1) with points pt 6 ps 1.8 lw 2 lc rgb '#d9822b' "
          + (isNear ? "notitle" : "title 'the delay'"))
      script.endTitle()
    }
    script.add("set yrange [*:*]")
  }

  private func addWaveforms(to script: inout PlotScript) {
    for isAfter in [false, true] {
      let suffix = isAfter ? "after" : "before"
      var all = [0.0]
      for (index, track) in [reference, other].enumerated() {
        let scale = 1 / Double(max(track.whole.tallest, .leastNormalMagnitude))
        let middle = index == 0 ? 1.1 : -1.1
        let sign = isAfter ? Double(track.polarity) : 1
        let rows = track.whole.map { column in
          let time = isAfter ? track.placement.referenceTime(column.position) : column.position
          return [
            time, middle + sign * scale * column.low, middle + sign * scale * column.high,
          ]
        }
        all += rows.map { $0[0] }
        script.data("$track\(index)\(suffix)", rows)
      }
      script.panel(
        isAfter ? "after: by the reference's time" : "before: each by its own time",
        row: isAfter ? 2 : 1, from: 0.07, to: 0.975)
      script.add("set xlabel 'time (s)'")
      script.add("set ylabel ''")
      script.add("set yrange [-2.3:2.3]")
      script.add("unset ytics")
      script.range("x", all)
      script.add(
        "plot $track0\(suffix) using 1:2:3 with filledcurves lc rgb '#3b6ea5' title "
          + Gnuplot.quoted(reference.name)
          + ", $track1\(suffix) using 1:2:3 with filledcurves lc rgb '#d9822b' title "
          + Gnuplot.quoted(other.name))
    }
    script.add("set ytics nomirror out scale 0.6 autofreq")
    script.add("set yrange [*:*]")
  }

  private func addCloseUps(to script: inout PlotScript) {
    let half = 500 * Self.closeUpDuration
    for isAfter in [false, true] {
      let suffix = isAfter ? "after" : "before"
      for (index, track) in [reference, other].enumerated() {
        let samples = isAfter ? track.closeUp.after : track.closeUp.before
        let scale = 1 / Double(max(samples.tallest, .leastNormalMagnitude))
        let sign = isAfter ? Double(track.polarity) : 1
        let rows = samples.map { sample in
          let time = isAfter ? track.placement.referenceTime(sample.position) : sample.position
          return [1000 * (time - closeUpTime), sign * scale * 0.5 * (sample.low + sample.high)]
        }
        script.data("$close\(index)\(suffix)", rows)
      }
      script.panel(
        "close-up \(suffix)",
        row: 3, from: isAfter ? 0.56 : 0.07, to: isAfter ? 0.975 : 0.485)
      script.add("set xlabel 'time \(minus(closeUpTime, 3)) s (ms)'")
      script.add("set xrange [\(-half):\(half)]")
      script.add("set yrange [-1.15:1.15]")
      script.add(
        "plot $close0\(suffix) with lines lw 1.6 lc rgb '#3b6ea5' title 'reference', "
          + "$close1\(suffix) with lines lw 1.6 lc rgb '#d9822b' title "
          + (isAfter || other.whole.isAround(closeUpTime) ? "'other'" : "'other: no sound then'"))
    }
    script.add("set yrange [*:*]")
  }

  private func addDelays(to script: inout PlotScript) {
    let drift = estimate.drift
    let windows = drift?.segments ?? []
    let stretches = estimate.map.stretches
    let origin = estimate.delayAtStart
    let distances = windows.map(\.delay) + stretches.map(\.delay)
    let unit = TimeUnit(of: distances.map { abs($0 - origin) }.max() ?? 1)
    var plots: [String] = []
    var times = windows.map(\.time)
    if !windows.isEmpty {
      let rows = windows.map {
        [$0.time, unit.value($0.delay - origin), unit.value($0.standardError)]
      }
      script.data("$windows", rows)
      plots.append("$windows with yerrorbars pt 7 ps 0.6 lw 1 lc rgb '#3b6ea5' title 'windows'")
    }
    for (index, stretch) in stretches.enumerated() {
      let ends = [stretch.start, stretch.end]
      times += ends
      script.data(
        "$stretch\(index)", ends.map { [$0, unit.value(stretch.delay(at: $0) - origin)] })
      let title = drift.map { "\(signedFixed($0.rate * 1e6, 3)) ppm" } ?? "stretches"
      plots.append(
        "$stretch\(index) with lines lw 2.4 lc rgb '#d9822b' "
          + (index == 0 ? "title '\(title)'" : "notitle"))
    }
    script.panel("delays along the reference", row: 4, from: 0.07, to: 0.975)
    script.add("set xlabel 'time (s)'")
    script.add("set ylabel 'delay \(minus(origin, unit.decimals)) s (\(unit.name))'")
    script.range("x", times)
    script.add("set offsets graph 0, graph 0, graph 0.1, graph 0.1")
    script.add("plot " + plots.joined(separator: ", "))
    script.add("unset offsets")
  }
}

/// "minus 2.4", or "plus 2.4" for what is negative.
private func minus(_ value: Double, _ digits: Int) -> String {
  (value < 0 ? "plus " : "minus ") + fixed(abs(value), digits)
}
