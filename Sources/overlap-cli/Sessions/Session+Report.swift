extension Session {
  /// What the page of a report shows of it.
  ///
  /// - Parameter unreadable: Files that could not be read.
  func report(unreadable: [SessionFiles.Failure]) -> ReportData {
    let groups = (0..<groupCount).map { group -> ReportData.Group in
      let own = placed.filter { $0.group == group }
      var numbers: [Int: Int] = [:]
      for (number, placed) in own.enumerated() { numbers[placed.file] = number }
      let contradictions = found.groups[group].contradictions
      return ReportData.Group(
        recordings: own.map { placed in
          let file = files[placed.file]
          return ReportData.Recording(
            name: file.path, device: devices[device(of: placed.file)], duration: file.duration,
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
      unplaced: unplaced.map { (files[$0.file].path, $0.reason) }
        + unreadable.map { ($0.path, "it cannot be read") })
  }
}
