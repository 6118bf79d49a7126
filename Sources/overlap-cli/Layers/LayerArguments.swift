import ArgumentParser
import CorrelationLayers

/// The whole numbers of an argument such as `2,3`; nil if it is anything else.
private func numbers(_ argument: String) -> [Int]? {
  let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
  let numbers = parts.compactMap { Int($0) }
  return numbers.count == parts.count ? numbers : nil
}

/// A number for each axis: `H,W`, or one number for both.
struct ExtentArgument: ExpressibleByArgument {
  let extent: ConvolutionLayer.Extent
  /// Whether there was one number only.
  let isSingle: Bool

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
  case zeros(Zeros)
  case same(extraAtStart: Bool)

  /// A number of zeros for each side.
  struct Zeros {
    let padding: ConvolutionLayer.Padding
    /// Whether there was one number only.
    let isSingle: Bool

    init(_ padding: ConvolutionLayer.Padding, isSingle: Bool = false) {
      self.padding = padding
      self.isSingle = isSingle
    }

    /// The zeros for maps, or for signals, which one number does not pad with rows.
    func resolved(forSignals: Bool) -> ConvolutionLayer.Padding {
      forSignals && isSingle ? .init(rows: 0, columns: padding.left) : padding
    }
  }

  init?(argument: String) {
    switch argument {
    case "same-upper": self = .same(extraAtStart: false)
    case "same-lower": self = .same(extraAtStart: true)
    default:
      guard let numbers = numbers(argument) else { return nil }
      switch numbers.count {
      case 1: self = .zeros(Zeros(.init(rows: numbers[0], columns: numbers[0]), isSingle: true))
      case 2: self = .zeros(Zeros(.init(rows: numbers[0], columns: numbers[1])))
      case 4:
        self = .zeros(
          Zeros(.init(top: numbers[0], left: numbers[1], bottom: numbers[2], right: numbers[3])))
      default: return nil
      }
    }
  }

  /// Shown in the help text; the default is no padding.
  var defaultValueDescription: String { "0" }
}

/// `--method` of the convolution layers.
enum ConvolutionMethodArgument: String, ExpressibleByArgument, CaseIterable {
  case auto, direct, im2col, fft

  /// nil leaves the choice to the planner.
  var method: ConvolutionLayer.Method? { ConvolutionLayer.Method(rawValue: rawValue) }
}

/// What `conv2d` and `conv-transpose2d` are told.
struct LayerOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("The images.", valueName: "input.npy"))
  var input: String

  @Argument(help: ArgumentHelp("The kernels.", valueName: "weight.npy"))
  var weight: String

  @Option(help: ArgumentHelp("A number for each kernel, added to its outputs.", valueName: "b.npy"))
  var bias: String?

  @OptionGroup var windows: WindowOptions

  @Option(help: "How to compute the layer and its gradients: auto, direct, im2col or fft.")
  var method = ConvolutionMethodArgument.auto

  @Option(
    help: ArgumentHelp("Where the gradient with respect to the input goes.", valueName: "dx.npy"))
  var inputGradient: String?

  @Option(
    help: ArgumentHelp("Where the gradient with respect to the weights goes.", valueName: "dw.npy"))
  var weightGradient: String?

  @Option(
    help: ArgumentHelp("Where the gradient with respect to the bias goes.", valueName: "db.npy"))
  var biasGradient: String?

  @OptionGroup var outputs: LayerOutputs

  func validate() throws {
    try outputs.validate(
      gradients: [inputGradient, weightGradient, biasGradient],
      options: "--input-gradient, --weight-gradient, --bias-gradient")
  }
}

extension ExtentArgument {
  init(both: Int) {
    extent = .init(both)
    isSingle = true
  }
}
