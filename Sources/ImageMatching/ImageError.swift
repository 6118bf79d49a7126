// SPDX-License-Identifier: MIT

internal import ComputeSupport

/// Why an image, or a pair of them, cannot be matched or registered.
public enum ImageError: Error, Equatable, CustomStringConvertible {
  /// Which of two images is meant.
  public enum Role: Sendable {
    /// What is looked for.
    case template
    /// Where it is looked for.
    case image
    /// The image that stays where it is.
    case reference
    /// The image whose shift is found.
    case moving

    fileprivate var name: String {
      switch self {
      case .template, .image: "\(self)"
      case .reference, .moving: "\(self) image"
      }
    }
  }

  /// An image without elements.
  case empty(Role)
  /// All elements that count are equal: there is nothing to find.
  case flat(Role)
  /// A mask leaves nothing of an image.
  case nothingCounts(Role)
  /// An element is NaN or infinite.
  case notFinite(Role, row: Int, column: Int)
  /// The template does not fit into the image.
  case templateTooLarge(rows: Int, columns: Int, imageRows: Int, imageColumns: Int)
  /// Two images that have to be of one size are not.
  case differentSizes(rows: Int, columns: Int, otherRows: Int, otherColumns: Int)

  /// The work was done in `runCancellable(progress:_:)`, and its task was cancelled.
  case cancelled

  /// The problem in one sentence, with the expected and the actual.
  public var description: String {
    switch self {
    case .empty(let role): "the \(role.name) has no elements"
    case .flat(let role): "all elements of the \(role.name) are equal: nothing can be found"
    case .nothingCounts(let role): "no element of the \(role.name) counts by its mask"
    case .notFinite(let role, let row, let column):
      "the \(role.name) is not finite at row \(row), column \(column)"
    case .templateTooLarge(let rows, let columns, let imageRows, let imageColumns):
      "the template of \(rows) x \(columns) does not fit into the image of "
        + "\(imageRows) x \(imageColumns)"
    case .differentSizes(let rows, let columns, let otherRows, let otherColumns):
      "the images have to be of one size, not \(rows) x \(columns) and "
        + "\(otherRows) x \(otherColumns)"
    case .cancelled: "the work was cancelled"
    }
  }
}

/// Throws if the work has been cancelled: what was computed since is not to be looked at.
func checkCancellation() throws(ImageError) {
  if WorkMonitor.isCancelled { throw .cancelled }
}
