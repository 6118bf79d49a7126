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
  let extent: Extent
  /// Whether there was one number only.
  let isSingle: Bool

  init?(argument: String) {
    guard let numbers = numbers(argument), 1...2 ~= numbers.count else { return nil }
    extent = Extent(rows: numbers[0], columns: numbers[numbers.count - 1])
    isSingle = numbers.count == 1
  }

  var defaultValueDescription: String { "\(extent.rows)" }

  /// The numbers for maps, or for signals, which have one axis: its row takes `neutral`.
  func resolved(forSignals: Bool, neutral: Int) -> Extent {
    forSignals && isSingle ? Extent(rows: neutral, columns: extent.columns) : extent
  }
}

/// Zeros around an input: `T,L,B,R`, `H,W` for opposite sides, one number for all of them, or
/// `same-upper` and `same-lower` for as many as keep the size.
enum PaddingArgument: ExpressibleByArgument {
  case zeros(Padding, isSingle: Bool)
  case same(Padding.Bias)

  init?(argument: String) {
    switch argument {
    case "same-upper": self = .same(.end)
    case "same-lower": self = .same(.beginning)
    default:
      guard let numbers = numbers(argument) else { return nil }
      switch numbers.count {
      case 1: self = .zeros(Padding(numbers[0]), isSingle: true)
      case 2: self = .zeros(Padding(rows: numbers[0], columns: numbers[1]), isSingle: false)
      case 4:
        self = .zeros(
          Padding(top: numbers[0], left: numbers[1], bottom: numbers[2], right: numbers[3]),
          isSingle: false)
      default: return nil
      }
    }
  }

  /// Shown in the help text; the default is no padding.
  var defaultValueDescription: String { "0" }
}

/// The options that `conv2d` and `conv-transpose2d` share.
struct LayerOptions: ParsableArguments {
  @Option(help: ArgumentHelp("A number for each kernel, added to its outputs.", valueName: "b.npy"))
  var bias: String?

  @Option(
    help: ArgumentHelp("The distance between windows: one number, or H,W.", valueName: "h,w"))
  var stride = ExtentArgument(both: 1)

  @Option(
    help: ArgumentHelp(
      "Zeros around the input (for conv-transpose2d: cut off the output): one number, H,W, "
        + "T,L,B,R, same-upper or same-lower.",
      valueName: "t,l,b,r"))
  var padding = PaddingArgument.zeros(Padding(0), isSingle: true)

  @Option(
    help: ArgumentHelp(
      "The distance between the elements under neighbouring weights: one number, or H,W.",
      valueName: "h,w"))
  var dilation = ExtentArgument(both: 1)

  @Option(help: "Groups of channels that do not meet.")
  var groups = 1

  @Option(name: [.short, .long], help: ArgumentHelp("The output's file.", valueName: "out.npy"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "The gradient with respect to the output: asks for those that follow.", valueName: "g.npy"))
  var outputGradient: String?

  @Option(
    help: ArgumentHelp("Where the gradient with respect to the input goes.", valueName: "dx.npy"))
  var inputGradient: String?

  @Option(
    help: ArgumentHelp("Where the gradient with respect to the weights goes.", valueName: "dw.npy"))
  var weightGradient: String?

  @Option(
    help: ArgumentHelp("Where the gradient with respect to the bias goes.", valueName: "db.npy"))
  var biasGradient: String?

  @Option(help: "Threads to use. Default: one for each core. The result is the same.")
  var threads: Int?

  func validate() throws {
    let gradients = [inputGradient, weightGradient, biasGradient].compactMap { $0 }
    guard output != nil || !gradients.isEmpty else {
      throw ValidationError("Name an output with -o, or a gradient's file.")
    }
    guard (outputGradient == nil) == gradients.isEmpty else {
      throw ValidationError(
        "--output-gradient and the gradients' files (--input-gradient, --weight-gradient, "
          + "--bias-gradient) need each other.")
    }
  }
}

extension ExtentArgument {
  init(both: Int) {
    extent = Extent(both)
    isSingle = true
  }
}
