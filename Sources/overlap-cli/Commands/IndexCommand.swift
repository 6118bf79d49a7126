// SPDX-License-Identifier: MIT

import Alignment
import ArgumentParser
import ComputeSupport
import SignalFiles

struct IndexCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "index",
    abstract: "Make an index of recordings, in which `overlap find` finds clips.",
    discussion: """
      Example: overlap index recordings -o all.index

      INDEX is made, or grows by what it does not hold yet: files that are in it and have not changed \
      since are passed over, so that the same command can be given again, also after it was ended \
      half-way. Directories are searched to any depth; what in them holds no sound is passed over, and \
      what cannot be read is listed. Nothing is ever written into them.

      It takes 167 bytes a second of sound. The recordings stay where they are: `find` reads them again.

      Exit status: 0, or that of the first file that was named and could not be read.
      """)

  @Argument(
    help: ArgumentHelp("Files, and directories with files.", valueName: "path"),
    completion: .recording)
  var paths: [String]

  @Option(name: .shortAndLong, help: "The index.", completion: .file())
  var output: String

  @OptionGroup var common: CommonOptions

  /// Files that are worked on before their results are written: what a killed process loses.
  private static var filesPerThread: Int { 8 }

  func run() throws {
    let list = FileList(paths)
    for failure in list.failures { printError(failure.message) }
    var writer = try RecordingIndexWriter(
      path: output, fingerprintVersion: Fingerprint.version)
    let known = Dictionary(grouping: writer.entries, by: \.absolutePath)
    var summary = IndexSummary(path: output)
    let bar = ProgressBar("Indexing")
    let request = EndRequest.awaitSignal()
    var rest = list.files[...]
    while !rest.isEmpty, request.signal == nil {
      let files = Array(rest.prefix(Self.filesPerThread * common.threads))
      rest = rest.dropFirst(files.count)
      let results = parallelMap(files.count, threads: common.threads) { index in
        Result<[IndexedPart]?, CommandFailure> { () throws(CommandFailure) in
          if let state = FileState(files[index].path),
            known[state.absolutePath]?.contains(where: state.isOf) ?? false
          {
            return nil
          }
          return try indexedParts(of: files[index].path)
        }
      }
      for (file, result) in zip(files, results) {
        switch result {
        case .success(nil): summary.unchangedCount += 1
        case .success(let parts?):
          for part in parts { try writer.append(part.entry, words: part.fingerprint.frames) }
          summary.newCount += 1
          summary.duration += parts.first?.entry.duration ?? 0
        case .failure(let failure):
          summary.take(failure, of: file, isQuiet: common.quiet)
        }
      }
      writer.synchronize()
      bar.report(1 - Double(rest.count) / Double(list.files.count))
    }
    summary.byteCount = writer.byteCount
    bar.end()
    if let signal = request.signal { endProcess(by: signal) }
    printResult(common.json ? summary.object.json : summary.text)
    if let status = summary.status { throw CommandFailure(status) }
  }
}

/// What was done with the files.
private struct IndexSummary {
  let path: String
  var newCount = 0
  var unchangedCount = 0
  var byteCount = 0
  /// Of what is new, in seconds.
  var duration = 0.0
  /// Of the first file that was named and could not be read.
  private(set) var status: ExitStatus?
  private var failures: [(path: String, message: String)] = []
  private var soundlessCount = 0

  init(path: String) { self.path = path }

  mutating func take(_ failure: CommandFailure, of file: FileList.File, isQuiet: Bool) {
    if !file.isNamed, failure.isAboutFormat {
      soundlessCount += 1
      return
    }
    printError(failure.message)
    failures.append((file.path, failure.message))
    if file.isNamed { status = status ?? failure.status }
  }

  var object: JSONObject {
    [
      "index": path, "new": newCount, "unchanged": unchangedCount, "without_sound": soundlessCount,
      "duration_seconds": duration, "byte_count": byteCount,
      "failures": failures.map { ["file": $0.path, "error": $0.message] as JSONObject },
    ]
  }

  var text: String {
    func files(_ count: Int) -> String { count == 1 ? "1 file" : "\(count) files" }
    var text = "\(path.onOneLine): \(files(newCount)) with \(fixed(duration, 1)) s of sound added"
    if unchangedCount > 0 { text += ", \(files(unchangedCount)) known already" }
    if soundlessCount > 0 { text += ", \(files(soundlessCount)) without sound passed over" }
    if !failures.isEmpty { text += ", \(files(failures.count)) not readable" }
    return text + "; it takes \(fixed(Double(byteCount) / 1e6, 1)) MB."
  }
}
