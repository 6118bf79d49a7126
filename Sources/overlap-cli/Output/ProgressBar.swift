// SPDX-License-Identifier: MIT

import ComputeSupport
import Dispatch
import Platform
import SignalFiles
import Synchronization

/// A bar on standard error for work of more than a second, on a terminal, gone when the value ends.
///
/// It shows the time that has passed, so that it moves while a step of the work takes long. What is
/// printed meanwhile takes its line; see ``withoutProgress(_:)``. Of several bars the last is shown.
struct ProgressBar: ~Copyable {
  /// Its number among the bars; nil where it is not shown.
  private let number: Int?

  /// Whether bars are shown: `--quiet` is for the whole command.
  static var isAllowed: Bool {
    get { terminal.withLock(\.isAllowed) }
    set { terminal.withLock { $0.isAllowed = newValue } }
  }

  /// - Parameter isInFront: Whether it is shown although there are later ones.
  init(_ title: String, isInFront: Bool = false) {
    let isShown = isatty(errorStream) == 1 && environment("TERM") != "dumb" && Self.isAllowed
    guard isShown else {
      number = nil
      return
    }
    let (number, isFirst) = terminal.withLock { terminal in
      let number = (terminal.bars.last?.number ?? 0) + 1
      terminal.bars.append(
        Terminal.Bar(number: number, title: title.onOneLine, isInFront: isInFront))
      defer { terminal.isTicking = true }
      return (number, !terminal.isTicking)
    }
    self.number = number
    if isFirst { tick() }
  }

  /// Tells that the part `done` of the work, 0 ... 1, is done. Before the first time that is unknown.
  func report(_ done: Double) { show(done, of: number) }

  /// Tells what the work is now.
  func rename(_ title: String) {
    terminal.withLock { terminal in
      guard let index = terminal.bars.firstIndex(where: { $0.number == number }) else { return }
      terminal.bars[index].title = title.onOneLine
    }
  }

  /// Does what takes the bar from the part `start` of the work to `end`, as far as that tells.
  func watch<Result, Failure: Error>(
    from start: Double = 0, to end: Double = 1, _ work: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard let number else { return try work() }
    let monitor = WorkMonitor { show(start + $0 * (end - start), of: number) }
    return try monitor.watch(work)
  }

  /// Takes the bar away, which otherwise happens where its value ends.
  consuming func end() {}

  deinit {
    guard let number else { return }
    terminal.withLock { terminal in
      terminal.bars.removeAll { $0.number == number }
      terminal.clear()
    }
  }
}

/// Does `print` while no bar is on the terminal.
func withoutProgress<Result>(_ print: () -> Result) -> Result {
  terminal.withLock { terminal in
    terminal.clear()
    return print()
  }
}

/// Takes the line of the terminal back, for good.
func clearProgress() {
  terminal.withLock { terminal in
    terminal.bars = []
    terminal.clear()
  }
}

private func show(_ done: Double, of number: Int?) {
  terminal.withLock { terminal in
    guard let index = terminal.bars.firstIndex(where: { $0.number == number }) else { return }
    terminal.bars[index].done = min(max(done, 0), 1)
  }
}

/// Draws ten times a second, until there is no bar any more.
private func tick() {
  let goesOn = terminal.withLock { terminal in
    terminal.draw()
    terminal.isTicking = !terminal.bars.isEmpty
    return terminal.isTicking
  }
  if goesOn { ticks.asyncAfter(deadline: .now() + .milliseconds(100)) { tick() } }
}

private let ticks = DispatchQueue(label: "progress")
private let terminal = Mutex(Terminal())

/// The line of the terminal that shows a bar.
private struct Terminal {
  struct Bar {
    var number: Int
    var title: String
    var isInFront: Bool
    var done: Double?
    let start = ContinuousClock.now
  }

  var bars: [Bar] = []
  var isAllowed = true
  var isTicking = false
  /// What is on the line now.
  private var line = ""

  mutating func clear() {
    if !line.isEmpty { _ = write("\r\u{1B}[K", to: errorStream) }
    line = ""
  }

  mutating func draw() {
    guard let bar = bars.last(where: \.isInFront) ?? bars.last else { return }
    let elapsed = ContinuousClock.now - bar.start
    guard elapsed > .seconds(1) else { return }
    let tenths = Int(elapsed / .milliseconds(100))
    let text = bar.text(tenths: tenths, width: Self.width)
    guard text != line else { return }
    _ = write("\r\(text)\u{1B}[K", to: errorStream)
    line = text
  }

  /// Columns of the terminal.
  private static var width: Int {
    var size = winsize()
    let isKnown = unsafe ioctl(errorStream, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return isKnown ? Int(size.ws_col) : 80
  }
}

extension Terminal.Bar {
  private static var length: Int { 30 }

  /// The bar after so many tenths of a second, with its title cut to what there is room for.
  func text(tenths: Int, width: Int) -> String {
    var cells = [Character](repeating: "·", count: Self.length)
    var percent = "    "
    if let done {
      let filled = Int((done * Double(Self.length)).rounded())
      for index in 0..<filled { cells[index] = "█" }
      let number = String(Int(done * 100))
      percent = String(repeating: " ", count: 3 - number.count) + number + "%"
    } else {
      // A block that runs to and fro.
      let place = tenths % (2 * (Self.length - 3))
      let start = min(place, 2 * (Self.length - 3) - place)
      for index in start..<start + 3 { cells[index] = "█" }
    }
    let seconds = tenths / 10 % 60
    let time = "\(tenths / 600):\(seconds < 10 ? "0" : "")\(seconds)"
    let rest = " \(String(cells)) \(percent) \(time)"
    // The last column makes some terminals begin another line.
    return title.prefix(columns: max(8, width - 1 - rest.count)) + rest
  }
}

extension String {
  /// As much of the text as fits into so many columns of a terminal, with an ellipsis if it is cut.
  fileprivate func prefix(columns: Int) -> String {
    // Letters of East Asia, and pictures, take two columns; these begin with Hangul.
    func width(_ character: Character) -> Int {
      character.unicodeScalars.first.map { $0.value >= 0x1100 ? 2 : 1 } ?? 0
    }
    guard reduce(0, { $0 + width($1) }) > columns else { return self }
    var (text, used) = ("", 0)
    for character in self {
      used += width(character)
      if used > columns - 1 { break }
      text.append(character)
    }
    return text + "…"
  }
}
