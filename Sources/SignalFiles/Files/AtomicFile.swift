import Platform

/// A file that appears under its name only when it is complete.
///
/// It is written under a temporary name in the same directory and renamed by ``commit()``; a value
/// that ends without that removes it again. Symbolic links are followed, so that what they point to
/// is replaced. What is not a regular file (`/dev/null`, a pipe) is written to directly.
struct AtomicFile: ~Copyable {
  /// The name that the user gave.
  let path: String
  let descriptor: CInt
  private let finalPath: String
  /// nil where the file is written directly, and after the renaming.
  private var temporaryPath: String?

  init(path: String) throws(SignalFileError) {
    let place = try OutputPlace(path)
    let flags = place.temporaryPath == nil ? O_WRONLY : O_RDWR | O_CREAT | O_EXCL
    let descriptor = unsafe open(
      (place.temporaryPath ?? path).systemName, flags | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .cannotCreate(path: path, reason: systemMessage(errno)) }
    if let permissions = place.permissions { fchmod(descriptor, permissions) }
    self.path = path
    self.descriptor = descriptor
    finalPath = place.finalPath
    temporaryPath = place.temporaryPath
  }

  /// Writes all of `bytes` at the file's position.
  mutating func write(_ bytes: Span<UInt8>) throws(SignalFileError) {
    let failure = unsafe bytes.withUnsafeBytes { unsafe append($0) }
    if let failure { throw .writeFailed(path: path, reason: failure) }
  }

  /// Writes all of `source` at the file's position; returns what prevented it.
  @unsafe func append(_ source: UnsafeRawBufferPointer) -> String? {
    var done = 0
    while let start = source.baseAddress, done < source.count {
      let count = unsafe Platform.write(descriptor, start + done, source.count - done)
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { return systemMessage(errno) }
      done += count
    }
    return nil
  }

  /// Gives the file its name. Nothing can be written to it afterwards.
  mutating func commit() throws(SignalFileError) {
    guard let name = temporaryPath else { return }
    guard unsafe rename(name.systemName, finalPath.systemName) == 0 else {
      throw .cannotCreate(path: path, reason: systemMessage(errno))
    }
    temporaryPath = nil
  }

  deinit {
    close(descriptor)
    if let temporaryPath { unsafe unlink(temporaryPath.systemName) }
  }
}

/// Where an output goes to, and by which way.
private struct OutputPlace {
  /// The file to be created or replaced.
  var finalPath: String
  /// Where it is written until it is complete; nil for what is not a regular file.
  var temporaryPath: String?
  /// Those of the file that is replaced.
  var permissions: mode_t?

  init(_ path: String) throws(SignalFileError) {
    finalPath = path
    var status = stat()
    if unsafe stat(path.systemName, &status) == 0 {
      let type = status.st_mode & S_IFMT
      if type == S_IFDIR { throw .cannotCreate(path: path, reason: "it is a directory") }
      // Renaming over a write-protected file would work, and is not what its owner meant.
      guard unsafe access(path.systemName, W_OK) == 0 else {
        throw .cannotCreate(path: path, reason: systemMessage(errno))
      }
      guard type == S_IFREG else { return }
      permissions = status.st_mode & 0o777
      finalPath = resolvedPath(path) ?? path
    } else if errno == ENAMETOOLONG {
      // The temporary name is a shorter one, and would work.
      throw .cannotCreate(path: path, reason: systemMessage(errno))
    }
    temporaryPath = temporaryName(beside: finalPath)
  }
}

/// A name that nobody else uses, in the same directory as `path`.
private func temporaryName(beside path: String) -> String {
  let unique = String(UInt64.random(in: 0...UInt64.max), radix: 36)
  let slash = path.lastIndex(of: "/")
  let directory = slash.map { path[...$0] } ?? ""
  var name = slash.map { path[path.index(after: $0)...] } ?? path[...]
  // File systems limit names, to 255 bytes mostly, and the longest of them is still to be written.
  while name.utf8.count > 200 { name.removeLast() }
  return "\(directory).\(name).\(unique).tmp"
}
