// SPDX-License-Identifier: MIT

import ArgumentParser
import Sessions
import SignalFiles

/// A time line that is to be written, in the format that its extension names.
struct TimelineFile: ExpressibleByArgument {
  var path: String
  private var format: TimelineFormat

  static var defaultCompletionKind: CompletionKind {
    .file(extensions: TimelineFormat.allCases.map(\.rawValue))
  }

  init?(argument: String) {
    guard let format = TimelineFormat(path: argument) else { return nil }
    (path, self.format) = (argument, format)
  }

  /// Writes the time lines, and returns the files that there are now.
  ///
  /// - Parameter inputs: Files that are not to be overwritten.
  func write(
    _ timelines: [Timeline], sparing inputs: [String]
  ) throws(CommandFailure) -> [String] {
    let documents = format.documents(for: timelines, at: path)
    // All or none.
    for document in documents { try checkOutput(document.path, sparing: inputs) }
    for document in documents {
      do throws(SignalFileError) {
        try writeFile(document.text.utf8, to: document.path)
      } catch {
        throw CommandFailure(error)
      }
    }
    return documents.map(\.path)
  }
}
