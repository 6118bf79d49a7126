// SPDX-License-Identifier: MIT

import Convolution
import FourierTransform
import SignalFiles

// Convolutions and correlations of arrays of three dimensions.
extension ConvolutionJob {
  /// Computes the result of two volumes, and writes it.
  func runVolumes(_ first: String, _ second: String) throws {
    try requireArrayOutput("its name has to end in .npy")
    let (volume, kernel) = try (readVolume(first), readVolume(second))
    let lags = zip(volume.shape, kernel.shape).map { self.lags($0, $1) }
    try checkSizes(volume.shape, first, kernel.shape, second)
    try checkMemory(lags, [volume, kernel], count: 1, path: second)
    let mask = try mask(ofShape: volume.shape)
    let result = try result(
      Operand(
        path: first, array: volume,
        missing: MissingElements(of: volume, ignoresNaN: ignoresNaN, mask: mask)),
      Operand(path: second, array: kernel))
    var lagFile = try pendingLags(ofVolume: lags)
    try result.write(to: options.output)
    try lagFile?.commit()
    guard options.common.json else { return }
    printResult(
      [
        "output": options.output, "planes": result.shape[0], "rows": result.shape[1],
        "columns": result.shape[2], "dtype": result.elementType.rawValue,
      ] as JSONObject)
  }

  private func readVolume(_ path: String) throws(SignalFileError) -> NumPyArray {
    let kind = try InputKind(path: path)
    guard case .array(let shape) = kind, shape.count == 3 else {
      throw .wrongShape(
        path: path, expected: "an array of three dimensions as the other is, or --axis,",
        actual: kind.description)
    }
    let array = try NumPyArray(path: path)
    guard array.count > 0 else { throw .empty(path: path) }
    return array
  }

  /// Writes the lags of the results as an array of planes, rows, columns and three; nil where nobody
  /// wants them.
  private func pendingLags(
    ofVolume lags: [Range<Int>]
  ) throws(SignalFileError) -> PendingArrayFile? {
    guard let lagPath else { return nil }
    var values: [Int] = []
    values.reserveCapacity(3 * lags.reduce(1) { $0 * $1.count })
    for plane in lags[0] {
      for row in lags[1] {
        for column in lags[2] {
          values.append(plane)
          values.append(row)
          values.append(column)
        }
      }
    }
    return try PendingArrayFile(
      NumPyArray(shape: lags.map(\.count) + [3], values), path: lagPath)
  }
}
