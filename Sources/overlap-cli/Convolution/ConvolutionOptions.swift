// SPDX-License-Identifier: MIT

import ArgumentParser
import Convolution
import FourierTransform

/// What `overlap convolve` and `overlap correlate` have in common.
struct ConvolutionOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "The file to write.", completion: .signalOutput)
  var output: String

  @Option(
    help: """
      The part that is wanted: full (everything), same (as long as the first) or valid (where the \
      shorter lies inside the longer).
      """)
  var mode = ModeArgument.full

  @Option(name: .customLong("method"), help: "How to do it: auto, direct, fft or overlap-save.")
  var methodArgument = MethodArgument.auto

  @OptionGroup var common: CommonOptions

  @Option(
    help: """
      What an image or an array is beyond its edges: zero, constant=V such as constant=0.5, wrap, \
      symmetric, reflect or replicate. With --mode valid nothing beyond the edges takes part.
      """)
  var boundary = BoundaryArgument(boundary: .zero)

  @Option(
    help: """
      What NaN in an array means: propagate (every result that it is a part of is NaN), or ignore (what \
      is there counts for more, by the taps that meet it).
      """)
  var missing = MissingArgument.propagate

  @Option(
    help: ArgumentHelp(
      "An array of the first one's shape: where it is not 0, that one is missing, and ignored (in match and "
        + "register a mask says what counts).",
      valueName: "file"), completion: .array)
  var mask: String?

  // What follows is the value even if it looks like an option, as negative numbers do.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The dimension of an array of any rank along which it is taken with a kernel of one dimension, from "
        + "0 on, or from -1 on backwards; or with a kernel of as many dimensions, one for each line.",
      valueName: "n"))
  var axis: Int?

  @Flag(help: "Use what is there of sound that breaks off: of an unfinished or damaged file.")
  var partial = false

  @Option(
    help: ArgumentHelp(
      "Which sound track of a file with several: its number from 1 on, or its language.",
      valueName: "track"))
  var track = TrackChoice.number(1)

  func validate() throws {
    if track == .best {
      throw ValidationError("--track needs a number or a language: 'best' is for align.")
    }
  }

  var method: ConvolutionMethod? { methodArgument.method }
}

/// A boundary as it is written on the command line.
struct BoundaryArgument: ExpressibleByArgument {
  private let boundary: Boundary<Double>

  init(boundary: Boundary<Double>) { self.boundary = boundary }

  init?(argument: String) {
    let named: [String: Boundary<Double>] = [
      "zero": .zero, "wrap": .wrap, "symmetric": .symmetric, "reflect": .reflect,
      "replicate": .replicate,
    ]
    if let boundary = named[argument] {
      self.boundary = boundary
    } else {
      guard argument.hasPrefix("constant="), let value = Double(argument.dropFirst(9)),
        value.isFinite
      else { return nil }
      boundary = .constant(value)
    }
  }

  var defaultValueDescription: String { "zero" }

  static var defaultCompletionKind: CompletionKind {
    .list(["zero", "constant=", "wrap", "symmetric", "reflect", "replicate"])
  }

  /// Whether there is nothing, which is what sound has beyond its ends.
  var isZero: Bool { boundary == .zero }

  /// The alpha beyond the edges: that of a constant is 1.
  var opaque: BoundaryArgument {
    guard case .constant(let value) = boundary, value != 0 else { return self }
    return BoundaryArgument(boundary: .constant(1))
  }

  /// The boundary of ones for what is missing: of what is beyond the edges nothing is, unless it is a
  /// part of the array again.
  var present: BoundaryArgument {
    guard case .constant = boundary else { return self }
    return BoundaryArgument(boundary: .zero)
  }

  /// The boundary of an array of integers; nil if its value is none.
  var ofIntegers: Boundary<Int>? {
    guard case .constant(let value) = boundary else { return boundary.with(constant: 0) }
    return Int(exactly: value).map { .constant($0) }
  }

  /// The boundary of an array of such elements, which were multiplied by `scale`.
  func of<Element: SignalElement>(
    _: Element.Type, scale: Element.Scalar = 1
  ) -> Boundary<Element> {
    guard case .constant(let value) = boundary else { return boundary.with(constant: .zero) }
    return .constant(Element(real: scale, imaginary: 0).scaled(by: Element.Scalar(value)))
  }
}

/// `--missing` of `overlap convolve` and `overlap correlate`.
enum MissingArgument: String, ExpressibleByArgument, CaseIterable {
  case propagate, ignore
}

/// `--method` of `overlap convolve` and `overlap correlate`.
enum MethodArgument: String, ExpressibleByArgument, CaseIterable {
  case auto, direct, fft
  case overlapSave = "overlap-save"

  /// nil leaves the choice to the planner.
  var method: ConvolutionMethod? {
    self == .overlapSave ? .overlapSave : ConvolutionMethod(rawValue: rawValue)
  }
}

extension ConvolutionMethod {
  var argument: String { self == .overlapSave ? "overlap-save" : rawValue }
}

/// `--mode` of `overlap convolve`, `overlap correlate` and `overlap plan`.
enum ModeArgument: String, ExpressibleByArgument, CaseIterable {
  case full, same, valid

  var mode: ConvolutionMode {
    switch self {
    case .full: .full
    case .same: .same
    case .valid: .valid
    }
  }
}
