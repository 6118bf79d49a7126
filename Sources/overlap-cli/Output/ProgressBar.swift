import Platform

/// A bar on standard error for work of more than a second, on a terminal, gone when the value ends.
struct ProgressBar: ~Copyable {
  private let isShown: Bool
  private let title: String
  private let start = ContinuousClock.now
  private var last: ContinuousClock.Instant?

  init(_ title: String, isQuiet: Bool) {
    self.title = title.onOneLine
    isShown = !isQuiet && isatty(STDERR_FILENO) == 1
  }

  /// Shows that the part `done` of the work, 0 ... 1, is done.
  mutating func report(_ done: Double) {
    guard isShown else { return }
    let now = ContinuousClock.now
    // The first time after a second, then ten times a second.
    guard now - (last ?? start) > (last == nil ? .seconds(1) : .milliseconds(100)) else { return }
    last = now
    let width = 30
    let filled = Int((min(max(done, 0), 1) * Double(width)).rounded())
    let bar = String(repeating: "█", count: filled) + String(repeating: "·", count: width - filled)
    _ = write("\r\(title) \(bar) \(Int(min(max(done, 0), 1) * 100)) %", to: STDERR_FILENO)
  }

  deinit {
    // Clears the line.
    if last != nil { _ = write("\r\u{1B}[K", to: STDERR_FILENO) }
  }
}
