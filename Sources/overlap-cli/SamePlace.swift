import Glibc

/// Whether two paths name one place, whatever way they lead there, and be there a file or not.
func isSamePlace(_ first: String, _ second: String) -> Bool {
  first == second || place(first) == place(second)
}

/// The path without symbolic links, `.` and `..`; as it is where even its directory does not exist.
private func place(_ path: String) -> String {
  if let whole = resolved(path) { return whole }
  let slash = path.lastIndex(of: "/")
  let directory = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
  let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
  return resolved(directory).map { "\($0)/\(name)" } ?? path
}

private func resolved(_ path: String) -> String? {
  guard let real = unsafe realpath(path, nil) else { return nil }
  defer { unsafe free(real) }
  return unsafe String(cString: real)
}
