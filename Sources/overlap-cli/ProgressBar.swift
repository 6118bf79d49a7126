import Glibc

/// A bar on standard error that shows how far some work is: only on a terminal, only for work that
/// takes more than a second, and gone when the value ends.
struct ProgressBar: ~Copyable {
  private let isShown: Bool
  private let title: String
  private let start = ContinuousClock.now
  private var last: ContinuousClock.Instant?

  /// - Parameter isQuiet: whether the user wants none.
  init(_ title: String, isQuiet: Bool) {
    self.title = title
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
    put("\r\(title) \(bar) \(Int(min(max(done, 0), 1) * 100)) %")
  }

  deinit {
    // Clears the line.
    if last != nil { put("\r\u{1B}[K") }
  }
}

/// Writes a text to standard error as it is.
private func put(_ text: String) {
  let bytes = Array(text.utf8)
  _ = unsafe bytes.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
