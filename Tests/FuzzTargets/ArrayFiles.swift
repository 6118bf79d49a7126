// SPDX-License-Identifier: MIT

import ComplexModule
import SignalFiles

func readArray(_ bytes: [UInt8], _ files: MemoryFiles) {
  let path = files.write(bytes)
  guard let array = try? NumPyArray(path: path) else { return }
  require((try? NumPyArray.shape(ofFile: path)) == array.shape, "two shapes of one file")
  use(array)
  writeTwice(array, files)
}

func readIDX(_ bytes: [UInt8], _ files: MemoryFiles) {
  guard let array = try? NumPyArray(idxPath: files.write(bytes)) else { return }
  use(array)
  writeTwice(array, files)
}

func readCIFAR(_ bytes: [UInt8], _ files: MemoryFiles) {
  guard let batch = try? CIFARBatch(path: files.write(bytes)) else { return }
  require(batch.images.shape == [batch.labels.count, 3, 32, 32], "images without labels")
  require(batch.labels.allSatisfy { $0 < 10 }, "a label of no class")
  require([UInt8](batch.images)?.count == batch.images.count, "pixels are missing")
}

/// Takes the elements in every type.
private func use(_ array: NumPyArray) {
  let count = array.count
  func isWhole<Element: NumPyElement>(_: Element.Type) -> Bool {
    [Element](array).map { $0.count == count } ?? true
  }
  require(
    isWhole(Int8.self) && isWhole(UInt16.self) && isWhole(Int32.self) && isWhole(UInt64.self)
      && isWhole(Int.self) && isWhole(Float.self) && isWhole(Double.self)
      && isWhole(Complex<Float>.self) && isWhole(Complex<Double>.self),
    "elements are missing")
  require((array.inHalfPrecision?.count ?? count) == count, "halves are missing")
  require(array.reshaped([count]).count == count, "another shape has other elements")
}

/// What is written is read again: by its bytes, because NaN equals nothing.
private func writeTwice(_ array: NumPyArray, _ files: MemoryFiles) {
  let (first, second) = (files.path("first.npy"), files.path("second.npy"))
  do {
    try array.write(to: first)
    let copy = try NumPyArray(path: first)
    require(copy.shape == array.shape && copy.elementType == array.elementType, "another array")
    try copy.write(to: second)
    require(try readBytes(path: first) == readBytes(path: second), "another file")
  } catch {
    fatalError("an array that was read cannot be written: \(error)")
  }
}
