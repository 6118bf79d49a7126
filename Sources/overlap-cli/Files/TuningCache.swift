// SPDX-License-Identifier: MIT

import FourierTransform
import Overlap
import Platform
import SignalFiles

/// Where `overlap tune` keeps what it measured on one machine; others that share it ignore it.
struct TuningCache {
  let path: String
  private let directory: CacheDirectory

  /// nil where there is no place for it.
  init?() {
    guard let directory = CacheDirectory() else { return nil }
    self.directory = directory
    path = directory.path + "/tuning"
  }

  /// Makes the directory, and throws if nothing can be kept in it.
  func prepare() throws(SignalFileError) {
    guard directory.make() else {
      throw .cannotCreate(path: path, reason: systemMessage(errno))
    }
  }

  func store(_ tuning: Tuning) throws(SignalFileError) {
    try prepare()
    try writeFile(tuning.text.utf8, to: path)
  }

  /// Makes the library use what is kept, and tells whether it does. What is damaged or of another machine
  /// is ignored, with a note unless `isQuiet`.
  @discardableResult static func adopt(isQuiet: Bool) -> Bool {
    guard let cache = TuningCache() else { return false }
    let text: String
    do {
      text = try readText(path: cache.path)
    } catch {
      // Most users have not tuned, which is no news.
      if error != .missing(path: cache.path) { note("\(error)", isQuiet) }
      return false
    }
    let problem: String
    if let tuning = Tuning(text: text) {
      let isOfHere = tuning.origin.processor == Tuning.Origin.here.processor
      if isOfHere, tuning.adopt() { return true }
      problem = isOfHere ? "of another version" : "of another machine"
    } else {
      problem = "damaged or of another version"
    }
    note("\(cache.path) is \(problem); run `overlap tune`", isQuiet)
    return false
  }

  private static func note(_ text: String, _ isQuiet: Bool) {
    if !isQuiet { printError("note: ignoring the measurements of this machine: \(text)") }
  }
}
