import Convolution
import Platform
import SignalFiles

/// Where `overlap tune` keeps what it measured, for the commands that convolve.
///
/// The file belongs to one machine: a home directory that several share has one, and the others
/// ignore it.
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

  /// Makes the directory, and throws if nothing can be kept in it: better before the measurements
  /// than after them.
  func prepare() throws(SignalFileError) {
    for directory in directories { unsafe mkdir(directory.systemName, 0o755) }
    guard unsafe access(directories[1].systemName, W_OK | X_OK) == 0 else {
      throw .cannotCreate(path: path, reason: systemMessage(errno))
    }
  }

  /// Keeps a tuning of this machine.
  func store(_ tuning: Tuning) throws(SignalFileError) {
    try prepare()
    try WholeFile.write(("machine \(machineName)\n" + tuning.text).utf8, to: path)
  }

  /// Makes the library use what is kept for this machine, if something is. What is damaged or of
  /// another machine is ignored, with a note unless `isQuiet`.
  static func adopt(isQuiet: Bool) {
    guard let cache = TuningCache() else { return }
    let text: String
    do {
      text = try WholeFile.readText(path: cache.path)
    } catch {
      // Most users have not tuned, which is no news.
      if error != .missing(path: cache.path) { note("\(error)", isQuiet) }
      return
    }
    let lineEnd = text.firstIndex(of: "\n") ?? text.startIndex
    guard text[..<lineEnd] == "machine \(machineName)" else {
      note("\(cache.path) is of another machine; run `overlap tune`", isQuiet)
      return
    }
    guard let tuning = Tuning(text: String(text[lineEnd...].dropFirst())), tuning.adopt() else {
      note("\(cache.path) is damaged or of another version; run `overlap tune`", isQuiet)
      return
    }
  }

  private static func note(_ text: String, _ isQuiet: Bool) {
    if !isQuiet { printError("note: ignoring the measurements of this machine: \(text)") }
  }
}

/// The processor's name and its number of cores.
private var machineName: String {
  var name = "unknown processor"
  // Lines such as "model name : AMD EPYC 9654"; the file has no size to be read whole by.
  if let file = unsafe fopen("/proc/cpuinfo", "r") {
    var line = [CChar](repeating: 0, count: 256)
    while unsafe fgets(&line, CInt(line.count), file) != nil {
      let bytes = line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      let text = String(decoding: bytes, as: UTF8.self)
      if text.hasPrefix("model name"), let value = text.split(separator: ":").last {
        name = value.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        break
      }
    }
    unsafe fclose(file)
  }
  return "\(name), \(sysconf(Int32(_SC_NPROCESSORS_CONF))) cores"
}

/// A variable of the environment.
private func environment(_ name: String) -> String? {
  unsafe getenv(name).map { unsafe String(systemName: $0) }
}
