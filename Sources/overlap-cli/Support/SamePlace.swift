import SignalFiles

/// Whether two paths name one place, whatever way they lead there, and be there a file or not.
func isSamePlace(_ first: String, _ second: String) -> Bool {
  // By their bytes: a String takes an accent for the same whichever way it is written.
  first.fileNameBytes == second.fileNameBytes
    || place(first).fileNameBytes == place(second).fileNameBytes
}

/// The path without symbolic links, `.` and `..`; as it is where even its directory does not exist.
private func place(_ path: String) -> String {
  if let whole = resolvedPath(path) { return whole }
  let slash = path.lastIndex(of: "/")
  let directory = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
  let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
  return resolvedPath(directory).map { "\($0)/\(name)" } ?? path
}
