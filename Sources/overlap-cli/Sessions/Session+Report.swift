// SPDX-License-Identifier: MIT

extension Session {
  /// What the page of a report shows of it.
  ///
  /// - Parameter unreadable: Files that could not be read.
  func report(unreadable: [SessionFiles.Failure]) -> ReportData {
    // The directories that all files are in say nothing.
    let paths = files.map(\.path)
    let shared = paths.dropFirst().reduce(paths.first ?? "") { $0.commonPrefix(with: $1) }
    let commonLength = shared.lastIndex(of: "/").map { shared[...$0].count } ?? 0
    let groups = (0..<groupCount).map { group -> ReportData.Group in
      let own = placed.filter { $0.group == group }
      var numbers: [Int: Int] = [:]
      for (number, placed) in own.enumerated() { numbers[placed.file] = number }
      let contradictions = found.groups[group].contradictions
      return ReportData.Group(
        recordings: own.map { placed in
          let file = files[placed.file]
          return ReportData.Recording(
            name: String(file.path.dropFirst(commonLength)),
            device: devices[device(of: placed.file)], duration: file.duration,
            hasPicture: file.facts.picture != nil, pieces: placed.pieces,
            standardError: placed.standardError, estimate: placed.estimate, notes: placed.notes,
            path: file.absolutePath)
        },
        pairs: found.pairs.compactMap { pair in
          guard let first = numbers[pair.first], let second = numbers[pair.second] else {
            return nil
          }
          return ReportData.Pair(
            reference: first, other: second, found: pair.found,
            isContradicted: contradictions.contains { $0 == (pair.first, pair.second) })
        })
    }
    return ReportData(
      title: "Session", groups: groups,
      unplaced: unplaced.map { (String(files[$0.file].path.dropFirst(commonLength)), $0.reason) }
        + unreadable.map { ($0.path, "it cannot be read") })
  }
}

extension String {
  fileprivate func commonPrefix(with other: String) -> String {
    String(zip(self, other).prefix { $0 == $1 }.map(\.0))
  }
}
