public import ArgumentParser
public import Convolution

/// `overlap plan`.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Say how a convolution would be done, and why.",
    discussion: """
      Prints the method that is predicted to be the fastest on this machine for a signal of N and \
      a kernel of M samples, or for an image of H rows and W columns and a kernel of KH by KW, with \
      what each method would take. `overlap tune` makes the predictions those of this machine.

      For images, lengths are written as rows and columns: a block is a tile of results, or all of \
      them, and its transform covers the samples that they are made of. `separable` counts only for \
      a kernel that is the product of a column and a row, which its size does not tell.
      """)

  @Argument(help: ArgumentHelp("Samples of the signal, or HxW of the image.", valueName: "n"))
  var signal: PlanSize

  @Argument(help: ArgumentHelp("Samples of the kernel, or KHxKW.", valueName: "m"))
  var kernel: PlanSize

  @Option(help: "The type of the samples: float32, float64, complex64 or complex128.")
  var dtype: ElementKind = .float32

  @Option(help: "The part that is wanted: full, same or valid.")
  var mode = ModeArgument.full

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard signal.isMatrix == kernel.isMatrix else {
      throw ValidationError("N and M need to be two numbers of samples, or two sizes such as 5x7.")
    }
    guard let count = signal.fullCount(with: kernel), count <= 1 << 48 else {
      throw ValidationError("N and M are too large: a result has at most 2^48 elements.")
    }
  }

  func run() throws {
    TuningCache.adopt(isQuiet: common.quiet)
    let plan = try signal.isMatrix ? matrixPlan() : signalPlan()
    let predictions = plan.predictions.sorted { $0.seconds < $1.seconds }
    if common.json {
      var seconds: JSONObject = [:]
      for (method, value) in predictions { seconds.add(method, value) }
      printResult([
        "method": plan.method, "block_length": plan.blockLength,
        "transform_length": plan.transformLength, "threads": plan.threads,
        "predicted_seconds": seconds,
      ])
    } else {
      printResult("\(plan.method): \(plan.reason), on \(plan.threadsText)")
      for (method, seconds) in predictions {
        let condition =
          method == ConvolutionMethod.separable.argument
          ? ", if the kernel is a column times a row" : ""
        printResult("  \(method) would take \(duration(seconds))\(condition)")
      }
    }
  }

  private func signalPlan() -> ExplainedPlan {
    // The longer one is slid over, whichever comes first.
    let (long, short) = (
      max(signal.columns, kernel.columns), min(signal.columns, kernel.columns)
    )
    let choice = Planner.shared.choose(
      dtype, signalCount: long, kernelCount: short, mode: mode.mode, threads: common.threads)
    let reason =
      switch choice.method {
      case .direct, .separable: "the sums themselves"
      case .fft: "one product of spectra, by transforms of \(choice.transformColumns) samples"
      case .overlapSave:
        """
        blocks of \(choice.blockColumns) results, by transforms of \(choice.transformColumns) samples
        """
      }
    return ExplainedPlan(
      method: choice.method.argument, reason: reason, blockLength: choice.blockColumns,
      transformLength: choice.transformColumns, threads: choice.threads,
      predictions: choice.predictedSeconds.map { ($0.argument, $1) })
  }

  private func matrixPlan() throws -> ExplainedPlan {
    let isInside = kernel.rows <= signal.rows && kernel.columns <= signal.columns
    let isAround = kernel.rows >= signal.rows && kernel.columns >= signal.columns
    guard mode != .valid || isInside || isAround else {
      throw CommandFailure(
        .invalidData, "neither of \(signal) and \(kernel) fits into the other: valid has no results"
      )
    }
    let choice = Planner.shared.choose(
      dtype, rows: signal.rows, columns: signal.columns, kernelRows: kernel.rows,
      kernelColumns: kernel.columns, mode: mode.mode, threads: common.threads)
    let transform = "\(choice.transformRows) x \(choice.transformColumns) samples"
    let reason =
      switch choice.method {
      case .direct: "the sums themselves"
      case .separable: "one pass along the rows and one along the columns"
      case .fft: "one product of spectra, by a transform of \(transform)"
      case .overlapSave:
        "tiles of \(choice.blockRows) x \(choice.blockColumns) results, by transforms of \(transform)"
      }
    return ExplainedPlan(
      method: choice.method.argument, reason: reason,
      blockLength: [choice.blockRows, choice.blockColumns],
      transformLength: [choice.transformRows, choice.transformColumns],
      threads: choice.threads, predictions: choice.predictedSeconds.map { ($0.argument, $1) })
  }
}

/// What a plan comes to, in one dimension or two.
private struct ExplainedPlan {
  var method: String
  var reason: String
  /// One number, or one for each dimension.
  var blockLength: any JSONValue
  var transformLength: any JSONValue
  var threads: Int
  var predictions: [(method: String, seconds: Double)]

  var threadsText: String { threads == 1 ? "one thread" : "\(threads) threads" }
}

/// The size of a signal, `N`, or of an image, `HxW`.
struct PlanSize: ExpressibleByArgument, CustomStringConvertible {
  /// 1 for a signal.
  let rows: Int
  let columns: Int
  let isMatrix: Bool

  init?(argument: String) {
    let parts = argument.split(separator: "x", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Int($0) }
    guard 1...2 ~= parts.count, numbers.count == parts.count, numbers.allSatisfy({ $0 > 0 }) else {
      return nil
    }
    isMatrix = numbers.count == 2
    rows = isMatrix ? numbers[0] : 1
    columns = numbers[numbers.count - 1]
  }

  var description: String { isMatrix ? "\(rows)x\(columns)" : "\(columns)" }

  /// The elements of the full convolution; nil if `Int` cannot hold that.
  func fullCount(with kernel: PlanSize) -> Int? {
    let (height, rowOverflow) = rows.addingReportingOverflow(kernel.rows - 1)
    let (width, columnOverflow) = columns.addingReportingOverflow(kernel.columns - 1)
    let (count, overflow) = height.multipliedReportingOverflow(by: width)
    return rowOverflow || columnOverflow || overflow ? nil : count
  }
}

extension ElementKind: ExpressibleByArgument {}
