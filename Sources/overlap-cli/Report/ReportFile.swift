// SPDX-License-Identifier: MIT

import ArgumentParser
import ReportPage
import SignalFiles

/// A page for a browser that shows how recordings lie, and lets people listen to them: one file that needs
/// no network.
struct ReportFile: ExpressibleByArgument {
  var path: String

  static var defaultCompletionKind: CompletionKind { .file(extensions: ["html"]) }

  init?(argument: String) {
    guard [".html", ".htm"].contains(where: { argument.lowercased().hasSuffix($0) }) else {
      return nil
    }
    path = argument
  }

  func write(_ data: JSONObject) throws(CommandFailure) {
    // Names may hold the end of a script.
    let text = data.json.split(separator: "<", omittingEmptySubsequences: false)
      .joined(separator: "\\u003c")
    var page = unsafe Array(String(cString: report_page_before_data()).utf8)
    page += text.utf8
    page += unsafe Array(String(cString: report_page_after_data()).utf8)
    do throws(SignalFileError) {
      try writeFile(page, to: path)
    } catch {
      throw CommandFailure(error)
    }
  }
}
