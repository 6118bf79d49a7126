import Glibc
import SignalFiles
import Synchronization

/// A file with sound in it: an audio file as it is, or anything that ffmpeg can read, by way of a
/// temporary WAV file.
struct MediaFile {
  /// The name that the user gave.
  let path: String
  /// The audio file to read.
  let audioPath: String

  init(path: String) throws(SignalFileError) {
    self.path = path
    if let decoded = decodedFiles.withLock({ $0[path] }) {
      audioPath = decoded
      return
    }
    do {
      _ = try AudioReader(path: path)
      audioPath = path
    } catch .unrecognized(let path, let expected) {
      do throws(SignalFileError) {
        audioPath = try decode(path)
      } catch {
        // Of a file that is called an audio file, that it is none says more.
        guard AudioFormat(path: path) == nil else {
          throw .unrecognized(path: path, expected: expected)
        }
        throw error
      }
    }
  }

  /// Opens the audio.
  func reader() throws(SignalFileError) -> AudioReader { try AudioReader(path: audioPath) }
}

/// The temporary files, by the paths of what they were made from.
private let decodedFiles = Mutex<[String: String]>([:])

/// Removes the temporary files; to be called when the process ends.
func removeDecodedFiles() {
  decodedFiles.withLock { files in
    for file in files.values { unsafe unlink(file) }
    files = [:]
  }
}

private func decode(_ path: String) throws(SignalFileError) -> String {
  let directory = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
  var template = Array("\(directory)/overlap-XXXXXX.wav".utf8CString)
  let file = unsafe template.withUnsafeMutableBufferPointer { buffer -> Int32 in
    guard let name = buffer.baseAddress else { return -1 }
    return unsafe mkstemps(name, 4)
  }
  let target = unsafe template.withUnsafeBufferPointer { buffer in
    unsafe buffer.baseAddress.map { unsafe String(cString: $0) } ?? ""
  }
  guard file >= 0 else {
    throw .cannotCreate(path: target, reason: unsafe String(cString: strerror(errno)))
  }
  close(file)
  if decodedFiles.withLock({ $0.isEmpty }) { atexit { removeDecodedFiles() } }
  decodedFiles.withLock { $0[path] = target }
  // "file:" keeps a name that begins with a dash or holds a colon from meaning anything else.
  let outcome = ExternalProgram(name: "ffmpeg").run([
    "-nostdin", "-v", "error", "-xerror", "-y", "-i", "file:" + path, "-map", "0:a:0", "-vn",
    "-c:a", "pcm_f32le", "-rf64", "auto", "-f", "wav", "file:" + target,
  ])
  // What is cut off or damaged is an error and not a shorter recording: ffmpeg decodes what it can
  // of some kinds of files, and says so.
  if case .ended(succeeded: true, _, messages: "") = outcome, isReadable(target) { return target }
  decodedFiles.withLock { $0[path] = nil }
  unsafe unlink(target)
  switch outcome {
  case .missing:
    throw .missingProgram(
      path: path, program: "ffmpeg", advice: "install it with `apt-get install ffmpeg`")
  case .failed(let reason):
    throw .readFailed(path: path, reason: "ffmpeg could not be run: \(reason)")
  case .ended(succeeded: true, _, let messages) where !messages.isEmpty:
    throw .damaged(path: path, problem: "ffmpeg says: \(firstProblem(messages))")
  case .ended:
    throw .unrecognized(path: path, expected: "a file that ffmpeg can read sound from to its end")
  }
}

/// The first line of ffmpeg's messages, without the name of the part that says it: "File ended
/// prematurely" of "[matroska,webm @ 0x5608f209a980] File ended prematurely".
private func firstProblem(_ messages: String) -> Substring {
  let line = messages.prefix { !$0.isNewline }
  guard line.first == "[", let end = line.firstIndex(of: "]") else { return line }
  return line[line.index(after: end)...].drop { $0 == " " }
}

private func isReadable(_ path: String) -> Bool {
  do throws(SignalFileError) {
    _ = try AudioReader(path: path)
    return true
  } catch {
    return false
  }
}
