// SPDX-License-Identifier: MIT

public import COverlap
internal import Convolution
internal import FourierTransform
internal import ImageMatching

// The functions of overlap.h that find an image, or its shift, in another.

/// Estimates the shift between two images; the header, overlap.h, has the rest.
@c @implementation
public func overlap_register(
  _ type: overlap_type, _ reference: UnsafePointer<overlap_array>?,
  _ moving: UnsafePointer<overlap_array>?, _ threads: Int32,
  _ translation: UnsafeMutablePointer<overlap_translation>?
) -> overlap_status {
  status { () throws(InterfaceError) in
    let type = try ElementType(type)
    let pair = unsafe try ImagePairBody(
      ArrayView(reference, type, "the reference"), "the reference",
      ArrayView(moving, type, "the moving image"), "the moving image",
      threads: ArrayOptions.threads(threads))
    guard let translation = unsafe translation else { throw .argument("the translation is NULL") }
    let found =
      type.cType == OVERLAP_FLOAT32
      ? try pair.translation(Float.self) : try pair.translation(Double.self)
    unsafe translation.pointee = overlap_translation(
      row_shift: found.rowShift, column_shift: found.columnShift,
      row_standard_error: found.rowStandardError ?? .nan,
      column_standard_error: found.columnStandardError ?? .nan,
      false_alarm_probability: found.falseAlarmProbability, peak_ratio: found.peakRatio,
      polarity: Int32(found.polarity))
  }
}

/// Finds a template in an image; the header, overlap.h, has the rest.
@c @implementation
public func overlap_find_template(
  _ type: overlap_type, _ template: UnsafePointer<overlap_array>?,
  _ image: UnsafePointer<overlap_array>?, _ threads: Int32, _ capacity: Int64,
  _ matches: UnsafeMutablePointer<overlap_match>?, _ count: UnsafeMutablePointer<Int64>?
) -> overlap_status {
  status { () throws(InterfaceError) in
    let type = try ElementType(type)
    let pair = unsafe try ImagePairBody(
      ArrayView(template, type, "the template"), "the template",
      ArrayView(image, type, "the image"), "the image", threads: ArrayOptions.threads(threads))
    guard capacity >= 0 else { throw .argument("there is room for \(capacity) matches") }
    guard let count = unsafe count else { throw .argument("the number of matches is NULL") }
    unsafe count.pointee = 0
    guard let matches = unsafe matches, capacity > 0 else {
      guard capacity == 0 else { throw .argument("the matches are NULL") }
      return
    }
    let most = Int(capacity)
    let found =
      type.cType == OVERLAP_FLOAT32
      ? try pair.matches(Float.self, most) : try pair.matches(Double.self, most)
    for (index, match) in found.prefix(most).enumerated() {
      unsafe matches[index] = overlap_match(
        row: Int64(match.row), column: Int64(match.column), score: match.score,
        false_alarm_probability: match.falseAlarmProbability)
    }
    unsafe count.pointee = Int64(min(most, found.count))
  }
}

/// Two images of real numbers.
private struct ImagePairBody {
  let first: ArrayView
  let second: ArrayView
  let threads: Int?

  init(
    _ first: ArrayView, _ firstName: String, _ second: ArrayView, _ secondName: String,
    threads: Int?
  ) throws(InterfaceError) {
    for (image, name) in [(first, firstName), (second, secondName)] {
      try image.require(rank: 2, name)
      try image.requireReal(name)
    }
    // Spectra of padded images, and sums of patches in double precision: judged.
    try requireMemory(32 * (first.count + second.count) * 8)
    self.first = first
    self.second = second
    self.threads = threads
  }

  func translation<Scalar: ComputedElement & FourierScalar>(
    _: Scalar.Type
  ) throws(InterfaceError) -> ImageTranslation {
    let (reference, moving) = try (matrix(first, Scalar.self), matrix(second, Scalar.self))
    return try translating(InterfaceError.init) { () throws(ImageError) in
      try estimateTranslation(of: moving, from: reference, threads: threads)
    }
  }

  func matches<Scalar: ComputedElement & FourierScalar>(
    _: Scalar.Type, _ count: Int
  ) throws(InterfaceError) -> [TemplateMatch] {
    let (template, image) = try (matrix(first, Scalar.self), matrix(second, Scalar.self))
    return try translating(InterfaceError.init) { () throws(ImageError) in
      try findTemplate(template, in: image, count: count, threads: threads)
    }
  }

  private func matrix<Scalar: ComputedElement>(
    _ image: ArrayView, _: Scalar.Type
  ) throws(InterfaceError) -> Matrix<Scalar> {
    Matrix(rows: image.shape[0], columns: image.shape[1], elements: try image.elements(Scalar.self))
  }
}
