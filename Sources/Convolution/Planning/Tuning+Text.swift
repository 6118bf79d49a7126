extension Tuning {
  /// The first line of the text; the number grows when the meaning of what follows changes.
  private static let title = "overlap tuning 2"

  /// The tuning as a text that ``init(text:)`` understands: a line for each number or table of the
  /// costs, then the two wisdoms.
  public var text: String {
    var lines = [
      Self.title, "threadStart \(model.threadStart)", "freshByte \(model.freshByte)",
    ]
    for kind in ElementKind.allCases {
      let entries = (model.costs[kind]?.entries ?? []) + (model.matrixCosts[kind]?.entries ?? [])
      for (name, values) in entries {
        lines.append("\(kind.rawValue) \(name) " + values.map(\.description).joined(separator: " "))
      }
    }
    lines += ["float wisdom", floatWisdom, "double wisdom", doubleWisdom, "end"]
    return lines.joined(separator: "\n") + "\n"
  }

  /// Understands a text; nil if it is damaged or of another version.
  public init?(text: String) {
    guard let floats = text.firstRange(of: "\nfloat wisdom\n"),
      let doubles = text.firstRange(of: "\ndouble wisdom\n"), text.hasSuffix("\nend\n"),
      floats.upperBound <= doubles.lowerBound
    else { return nil }
    let end = text.index(text.endIndex, offsetBy: -"\nend\n".count)
    guard doubles.upperBound <= end else { return nil }
    var lines = text[..<floats.lowerBound].split(separator: "\n")[...]
    guard lines.popFirst() == Self.title[...] else { return nil }

    var numbers: [String: [Double]] = [:]
    for line in lines {
      let words = line.split(separator: " ")
      let isScalar = words.first == "threadStart" || words.first == "freshByte"
      guard words.count > (isScalar ? 1 : 2) else { return nil }
      let key = words.prefix(isScalar ? 1 : 2).joined(separator: " ")
      let values = words.dropFirst(isScalar ? 1 : 2).compactMap { Double($0) }
      guard values.count == words.count - (isScalar ? 1 : 2),
        values.allSatisfy({ $0 >= 0 && $0.isFinite })
      else { return nil }
      numbers[key] = values
    }
    guard let threadStart = numbers["threadStart"]?.first else { return nil }
    var costs: [ElementKind: CostModel.Costs] = [:]
    var matrixCosts: [ElementKind: MatrixCosts] = [:]
    for kind in ElementKind.allCases {
      func entries(_ name: String) -> [Double]? { numbers["\(kind.rawValue) \(name)"] }
      guard let known = CostModel.Costs(entries: entries),
        let knownMatrix = MatrixCosts(entries: entries)
      else { return nil }
      costs[kind] = known
      matrixCosts[kind] = knownMatrix
    }
    // Texts of before it was measured do without it.
    let freshByte = numbers["freshByte"]?.first ?? CostModel.shippedFreshByte
    model = CostModel(
      costs: costs, threadStart: threadStart, freshByte: freshByte, matrixCosts: matrixCosts)
    floatWisdom = String(text[floats.upperBound..<doubles.lowerBound])
    doubleWisdom = String(text[doubles.upperBound..<end])
  }
}

extension CostModel.Costs {
  /// The costs by name.
  fileprivate var entries: [(String, [Double])] {
    [
      ("product", [product]), ("directCall", [directCall]), ("transformCall", [transformCall]),
      ("step", step),
    ]
  }

  /// Collects the costs by name; nil if one is missing or a table is too short to be extrapolated.
  fileprivate init?(entries: (String) -> [Double]?) {
    guard let product = entries("product")?.first, let directCall = entries("directCall")?.first,
      let transformCall = entries("transformCall")?.first, let step = entries("step"),
      step.count >= 4
    else { return nil }
    self.init(
      product: product, directCall: directCall, transformCall: transformCall, step: step)
  }
}

extension MatrixCosts {
  /// The costs by name.
  fileprivate var entries: [(String, [Double])] {
    [
      ("matrixDirectCall", [directCall]), ("matrixResult", [result]),
      ("matrixKernelRow", [kernelRow]), ("matrixProduct", product),
      ("matrixPassCall", [passCall]), ("matrixPassRow", [passRow]),
      ("matrixPassResult", [passResult]), ("matrixPassProduct", [passProduct]),
      ("matrixTransformCall", [transformCall]), ("matrixRow", row), ("matrixColumn", column),
      ("matrixSize", size),
    ]
  }

  /// Collects the costs by name; nil if one is missing or a table is too short to be extrapolated.
  fileprivate init?(entries: (String) -> [Double]?) {
    guard let directCall = entries("matrixDirectCall")?.first,
      let result = entries("matrixResult")?.first,
      let kernelRow = entries("matrixKernelRow")?.first,
      let product = entries("matrixProduct"), let passResult = entries("matrixPassResult")?.first,
      let passProduct = entries("matrixPassProduct")?.first,
      let transformCall = entries("matrixTransformCall")?.first, let row = entries("matrixRow"),
      let column = entries("matrixColumn"), let size = entries("matrixSize"), row.count >= 4,
      column.count >= 4
    else { return nil }
    self.init(
      directCall: directCall, result: result, kernelRow: kernelRow, product: product,
      // Texts of before these were measured do without them.
      passCall: entries("matrixPassCall")?.first ?? directCall,
      passRow: entries("matrixPassRow")?.first ?? 0, passResult: passResult,
      passProduct: passProduct, transformCall: transformCall, row: row,
      column: column, size: size)
  }
}
