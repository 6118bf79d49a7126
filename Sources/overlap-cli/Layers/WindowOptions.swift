// SPDX-License-Identifier: MIT

import ArgumentParser
import CorrelationLayers

/// The whole numbers of an argument such as `2,3`; nil if it is anything else.
func numbers(_ argument: String, separator: Character = ",") -> [Int]? {
  let parts = argument.split(separator: separator, omittingEmptySubsequences: false)
  let numbers = parts.compactMap { Int($0) }
  return numbers.count == parts.count ? numbers : nil
}

/// A number for each axis: `H,W`, or one number for both.
struct ExtentArgument: ExpressibleByArgument {
  let extent: ConvolutionLayer.Extent
  /// Whether there was one number only.
  let isSingle: Bool

  init(both: Int) {
    extent = .init(both)
    isSingle = true
  }

  init?(argument: String) {
    guard let numbers = numbers(argument), 1...2 ~= numbers.count else { return nil }
    extent = .init(rows: numbers[0], columns: numbers[numbers.count - 1])
    isSingle = numbers.count == 1
  }

  var defaultValueDescription: String { "\(extent.rows)" }

  /// The numbers for maps, or for signals, which have one axis: its row takes `neutral`.
  func resolved(forSignals: Bool, neutral: Int) -> ConvolutionLayer.Extent {
    forSignals && isSingle ? .init(rows: neutral, columns: extent.columns) : extent
  }
}

/// Zeros around an input: `T,L,B,R`, `H,W` for opposite sides, one number for all of them, or
/// `same-upper` and `same-lower` for as many as keep the size.
enum PaddingArgument: ExpressibleByArgument {
  /// For maps, and for signals, which one number does not pad with rows.
  case zeros(ConvolutionLayer.Padding, ofSignals: ConvolutionLayer.Padding)
  case same(extraAtStart: Bool)

  static var defaultCompletionKind: CompletionKind { .list(["same-upper", "same-lower"]) }

  init?(argument: String) {
    switch argument {
    case "same-upper": self = .same(extraAtStart: false)
    case "same-lower": self = .same(extraAtStart: true)
    default:
      guard let numbers = numbers(argument) else { return nil }
      let padding: ConvolutionLayer.Padding
      switch numbers.count {
      case 1, 2: padding = .init(rows: numbers[0], columns: numbers[numbers.count - 1])
      case 4:
        padding = .init(
          top: numbers[0], left: numbers[1], bottom: numbers[2], right: numbers[3])
      default: return nil
      }
      let ofSignals = numbers.count == 1 ? .init(rows: 0, columns: numbers[0]) : padding
      self = .zeros(padding, ofSignals: ofSignals)
    }
  }

  var defaultValueDescription: String { "0" }
}

/// Where the windows of a convolution layer lie.
struct WindowOptions: ParsableArguments {
  // Negative numbers are values, that they may be refused as such.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The distance between windows: one number, or H,W, such as 2,1.", valueName: "h,w"))
  var stride = ExtentArgument(both: 1)

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Zeros around the input (for conv-transpose2d: cut off the output): one number, H,W, "
        + "T,L,B,R, such as 1,1,0,0, same-upper or same-lower.",
      valueName: "t,l,b,r"))
  var padding = PaddingArgument.zeros(0, ofSignals: 0)

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The distance between the elements under neighbouring weights: one number, or H,W, such as 2,1.",
      valueName: "h,w"))
  var dilation = ExtentArgument(both: 1)

  @Option(
    parsing: .unconditional,
    help: "Groups of channels that do not meet: a number that divides those of the channels.")
  var groups = 1

  /// The layer, for shapes of images or of signals.
  func layer(
    _ input: FeatureMapShape, _ weights: FeatureMapShape, isSignal: Bool
  ) throws(LayerError) -> ConvolutionLayer {
    let stride = stride.resolved(forSignals: isSignal, neutral: 1)
    let dilation = dilation.resolved(forSignals: isSignal, neutral: 1)
    let padding: ConvolutionLayer.Padding =
      switch padding {
      case .zeros(let maps, let signals): isSignal ? signals : maps
      case .same(let extraAtStart):
        try .same(
          inputSize: .init(rows: input.rows, columns: input.columns),
          kernelSize: .init(rows: weights.rows, columns: weights.columns), stride: stride,
          dilation: dilation, extraAtStart: extraAtStart)
      }
    return try ConvolutionLayer(
      stride: stride, padding: padding, dilation: dilation, groups: groups)
  }
}
