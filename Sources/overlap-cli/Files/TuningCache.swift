import FourierTransform
import Overlap
import Platform
import SignalFiles

/// Where `overlap tune` keeps what it measured on one machine; others that share it ignore it.
struct TuningCache {
  /// `$XDG_CACHE_HOME/overlap/tuning`, by default in `~/.cache`.
  let path: String
  private let directories: [String]

  /// nil where there is neither a cache nor a home directory.
  init?() {
    let base: String
    if let cache = environment("XDG_CACHE_HOME"), cache.hasPrefix("/") {
      base = cache
    } else if let home = environment("HOME"), home.hasPrefix("/") {
      base = home + "/.cache"
    } else {
      return nil
    }
    directories = [base, base + "/overlap"]
    path = base + "/overlap/tuning"
  }

  /// Makes the directory, and throws if nothing can be kept in it.
  func prepare() throws(SignalFileError) {
    for directory in directories { unsafe mkdir(directory.systemName, 0o755) }
    guard unsafe access(directories[1].systemName, W_OK | X_OK) == 0 else {
      throw .cannotCreate(path: path, reason: systemMessage(errno))
    }
  }

  func store(_ tuning: Tuning) throws(SignalFileError) {
    try prepare()
    try writeFile(tuning.text.utf8, to: path)
  }

  /// Makes the library use what is kept. What is damaged or of another machine is ignored, with a
  /// note unless `isQuiet`.
  static func adopt(isQuiet: Bool) {
    guard let cache = TuningCache() else { return }
    let text: String
    do {
      text = try readText(path: cache.path)
    } catch {
      // Most users have not tuned, which is no news.
      if error != .missing(path: cache.path) { note("\(error)", isQuiet) }
      return
    }
    let problem: String
    if let tuning = Tuning(text: text) {
      let isOfHere = tuning.origin.processor == Tuning.Origin.here.processor
      if isOfHere, tuning.adopt() { return }
      problem = isOfHere ? "of another version" : "of another machine"
    } else {
      problem = "damaged or of another version"
    }
    note("\(cache.path) is \(problem); run `overlap tune`", isQuiet)
  }

  private static func note(_ text: String, _ isQuiet: Bool) {
    if !isQuiet { printError("note: ignoring the measurements of this machine: \(text)") }
  }
}

/// A variable of the environment.
func environment(_ name: String) -> String? {
  unsafe getenv(name).map { unsafe String(systemName: $0) }
}
