// SPDX-License-Identifier: MIT

import Platform
import SignalFiles

/// Where what can be computed again is kept: `$XDG_CACHE_HOME/overlap`, by default in `~/.cache`.
struct CacheDirectory {
  let path: String
  private let base: String

  /// nil where there is neither a cache nor a home directory.
  init?() {
    if let cache = environment("XDG_CACHE_HOME"), cache.hasPrefix("/") {
      base = cache
    } else if let home = environment("HOME"), home.hasPrefix("/") {
      base = home + "/.cache"
    } else {
      return nil
    }
    path = base + "/overlap"
  }

  /// Makes the directory; false if nothing can be kept in it.
  func make() -> Bool {
    for directory in [base, path] { unsafe mkdir(directory.systemName, 0o755) }
    return unsafe access(path.systemName, W_OK | X_OK) == 0
  }

  /// A directory in it, made where it is not there; nil if nothing can be kept in it.
  func directory(_ name: String) -> String? {
    guard make() else { return nil }
    let directory = path + "/" + name
    unsafe mkdir(directory.systemName, 0o755)
    return unsafe access(directory.systemName, W_OK | X_OK) == 0 ? directory : nil
  }
}

/// A variable of the environment.
func environment(_ name: String) -> String? {
  unsafe getenv(name).map { unsafe String(systemName: $0) }
}
