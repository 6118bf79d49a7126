import Platform
import SignalFiles
import Synchronization

/// Opens the sound in a file: an audio file as it is, or anything that ffmpeg can read, by way of a
/// temporary WAV file.
///
/// - Parameter allowingPartial: Whether sound may break off, as the reader's `shortfall` then says.
func openSound(
  _ path: String, allowingPartial: Bool = false
) throws(SignalFileError) -> AudioReader {
  if let known = audioFiles.withLock({ $0[path.fileNameBytes] }),
    allowingPartial || known.shortfall == nil
  {
    var reader = try AudioReader(path: known.path, allowingPartial: allowingPartial)
    reader.shortfall = reader.shortfall ?? known.shortfall
    return reader
  }
  // What comes through a pipe comes once, and is read more than once.
  let source = isPipe(path) ? try spooled(path) : path
  let reader = try opened(source, of: path, allowingPartial: allowingPartial)
  let known = (path: reader.path, shortfall: reader.shortfall)
  audioFiles.withLock { $0[path.fileNameBytes] = known }
  return reader
}

/// Opens the file `source`; errors are about `path`.
private func opened(
  _ source: String, of path: String, allowingPartial: Bool
) throws(SignalFileError) -> AudioReader {
  do throws(SignalFileError) {
    return try AudioReader(path: source, allowingPartial: allowingPartial)
  } catch {
    switch error {
    case .unrecognized,
      .damaged where error.problem != AudioReader.unended(source).problem:
      // libsndfile takes for damage what it does not know within a format that it does.
      do throws(SignalFileError) {
        var reader = try decoded(source, of: path)
        // What it says of its length is not lost.
        if allowingPartial { reader.shortfall = shortfall(of: source) }
        return reader
      } catch let failure {
        // Of a file that is called an audio file, what is the matter with it says more.
        guard AudioFormat(path: path) == nil else { throw error.about(path) }
        throw failure
      }
    default: throw error.about(path)
    }
  }
}

/// What a file's header says to be missing of it.
private func shortfall(of path: String) -> String? {
  do throws(SignalFileError) {
    _ = try AudioReader(path: path)
    return nil
  } catch {
    if case .truncated = error { return error.problem }
    return error.problem == AudioReader.unended(path).problem ? error.problem : nil
  }
}

/// The audio files that were found or made, by the bytes of the paths that the user gave: equal
/// Strings may differ in them.
private let audioFiles = Mutex<[[UInt8]: (path: String, shortfall: String?)]>([:])
private let temporaryFiles = Mutex<[String]>([])

/// Makes an empty file that goes when the process ends.
private func temporaryFile() throws(SignalFileError) -> (path: String, descriptor: CInt) {
  let directory = environment("TMPDIR") ?? "/tmp"
  var template = "\(directory)/overlap-XXXXXX.wav".systemName
  let descriptor = unsafe template.withUnsafeMutableBufferPointer { buffer -> Int32 in
    guard let name = buffer.baseAddress else { return -1 }
    return unsafe mkstemps(name, 4)
  }
  let path = unsafe template.withUnsafeBufferPointer { buffer in
    unsafe buffer.baseAddress.map { unsafe String(systemName: $0) } ?? ""
  }
  guard descriptor >= 0 else {
    throw .cannotCreate(path: path, reason: systemMessage(errno))
  }
  if temporaryFiles.withLock({ $0.isEmpty }) {
    atexit { temporaryFiles.withLock { for file in $0 { unsafe unlink(file.systemName) } } }
  }
  temporaryFiles.withLock { $0.append(path) }
  return (path, descriptor)
}

private func isPipe(_ path: String) -> Bool {
  var status = stat()
  guard unsafe stat(path.systemName, &status) == 0 else { return false }
  return [S_IFIFO, S_IFSOCK].contains(status.st_mode & S_IFMT)
}

/// Copies all that comes out of a pipe to a temporary file.
private func spooled(_ path: String) throws(SignalFileError) -> String {
  let source = unsafe open(path.systemName, O_RDONLY | O_CLOEXEC)
  guard source >= 0 else {
    throw .unreadable(path: path, reason: systemMessage(errno))
  }
  defer { close(source) }
  let (target, descriptor) = try temporaryFile()
  defer { close(descriptor) }
  var block = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = unsafe block.withUnsafeMutableBytes {
      unsafe read(source, $0.baseAddress, $0.count)
    }
    if count == 0 { return target }
    if count < 0 {
      if errno == EINTR { continue }
      throw .readFailed(path: path, reason: systemMessage(errno))
    }
    guard write(block[..<count], to: descriptor) else {
      throw .writeFailed(path: target, reason: systemMessage(errno))
    }
  }
}

/// The sound that ffmpeg decodes of the file `source` to a temporary one; errors are about `path`.
private func decoded(_ source: String, of path: String) throws(SignalFileError) -> AudioReader {
  let (target, descriptor) = try temporaryFile()
  close(descriptor)
  // "file:" keeps a name that begins with a dash or holds a colon from meaning anything else.
  let outcome = ExternalProgram.run(
    "ffmpeg",
    [
      "-nostdin", "-v", "error", "-xerror", "-y", "-i", "file:" + source, "-map", "0:a:0", "-vn",
      "-c:a", "pcm_f32le", "-rf64", "auto", "-f", "wav", "file:" + target,
    ])
  // Where ffmpeg decodes a part of a damaged file, it says so: that is no shorter recording.
  if case .ended(succeeded: true, _, messages: "") = outcome,
    let reader = try? AudioReader(path: target)
  {
    return reader
  }
  unsafe unlink(target.systemName)
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
