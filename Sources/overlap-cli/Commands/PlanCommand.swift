// SPDX-License-Identifier: MIT

public import ArgumentParser
public import Convolution
import CorrelationLayers

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Say how a convolution would be done, and why.",
    discussion: """
      Example: overlap plan 2048x2048 31x31

      Prints the method that is predicted to be the fastest on this machine for a signal of N and \
      a kernel of M samples, or for an image of H rows and W columns and a kernel of KH by KW, with \
      what each method would take. `overlap tune` makes the predictions those of this machine.

      For images, lengths are written as rows and columns: a block is a tile of results, or all of \
      them, and its transform covers the samples that they are made of. `separable` counts only for \
      a kernel that is the product of a column and a row, which its size does not tell.

      For volumes there are planes before them, such as 256x256x256 15x15x15; the transform of a block \
      is then written as its planes and the samples of each, line by line.

      The last line tells which FFTW the loader found, and whether it takes the wisdom that ships: one \
      of other codelets refuses it, and its plans are estimated until `overlap tune` measures them.

      With --layer it does so for a layer of neural networks on one thread: `--layer conv2d --input \
      8x64x56x56 --weight 128x64x3x3 --padding 1`, or `--layer correlation --input 1x64x48x64 \
      --max-displacement 20 --pad-size 20`, with the options of `conv2d` and `correlation-layer`.
      """)

  @Argument(
    help: ArgumentHelp(
      "Samples of the signal, such as 100000, HxW of the image, such as 480x640, or DxHxW of the volume.",
      valueName: "n"))
  var signal: PlanSize?

  @Argument(
    help: ArgumentHelp(
      "Samples of the kernel, such as 513, KHxKW, such as 5x5, or KDxKHxKW.", valueName: "m"))
  var kernel: PlanSize?

  @Option(help: "The type of the samples: float32, float64, complex64 or complex128.")
  var dtype: ElementKind = .float32

  @Option(help: "The part that is wanted: full, same or valid.")
  var mode = ModeArgument.full

  @Option(help: "A layer instead: conv2d or correlation.")
  var layer: PlannedLayer?

  @Option(
    help: ArgumentHelp(
      "The layer's input, NxCxHxW or NxCxL, such as 8x64x56x56.", valueName: "shape"))
  var input: LayerShape?

  @Option(
    help: ArgumentHelp(
      "The weights of conv2d, MxCxKHxKW or MxCxKL, such as 128x64x3x3.", valueName: "shape"))
  var weight: LayerShape?

  @OptionGroup(title: "Options of --layer conv2d") var windows: WindowOptions
  @OptionGroup(title: "Options of --layer correlation") var displacements: DisplacementOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard layer == nil else { return try validateLayer() }
    guard let signal, let kernel, input == nil, weight == nil else {
      throw ValidationError("Give N and M, or --layer and its shapes.")
    }
    guard signal.rank == kernel.rank else {
      throw ValidationError("N and M need to be two numbers of samples, or two sizes such as 5x7.")
    }
    // In floating point, which is exact up to there and does not overflow beyond.
    let depth = Double(signal.planes) + Double(kernel.planes) - 1
    let height = Double(signal.rows) + Double(kernel.rows) - 1
    let width = Double(signal.columns) + Double(kernel.columns) - 1
    guard depth * height * width <= 0x1p48 else {
      throw ValidationError("N and M are too large: a result has at most 2^48 elements.")
    }
  }

  func run() throws {
    let library = TransformLibrary(isTuned: TuningCache.adopt(isQuiet: common.quiet))
    if let layer { return try explain(layer, library) }
    guard let signal, let kernel else { return }
    let choice =
      try signal.rank == 1 ? signalChoice(signal, kernel) : arrayChoice(signal, kernel)
    let predictions = choice.predictedSeconds.sorted { $0.value < $1.value }
    if common.json {
      let seconds = JSONObject(predictions.map { ($0.key.argument, $0.value) })
      printResult([
        "method": choice.method.argument,
        "block_length": lengths(block(choice)), "transform_length": lengths(transform(choice)),
        "threads": choice.threads, "predicted_seconds": seconds, "fftw": library.version,
        "wisdom": library.wisdom.rawValue,
      ])
    } else {
      let threads = choice.threads == 1 ? "one thread" : "\(choice.threads) threads"
      printResult("\(choice.method.argument): \(reason(choice)), on \(threads)")
      for (method, seconds) in predictions {
        let product =
          signal.rank == 3
          ? ", if the kernel is a line times a column times a row"
          : ", if the kernel is a column times a row"
        let condition = method == .separable ? product : ""
        printResult("  \(method.argument) would take \(duration(seconds))\(condition)")
      }
      printResult("  \(library.sentence)")
    }
  }

  private func signalChoice(_ signal: PlanSize, _ kernel: PlanSize) -> MethodChoice {
    // The longer one is slid over, whichever comes first.
    let counts = [signal.columns, kernel.columns].sorted()
    return Planner.shared.choose(
      dtype, signalCount: counts[1], kernelCount: counts[0], mode: mode.mode,
      threads: common.threads)
  }

  private func arrayChoice(
    _ signal: PlanSize, _ kernel: PlanSize
  ) throws(CommandFailure) -> MethodChoice {
    let isInside = zip(kernel.sizes, signal.sizes).allSatisfy { $0 <= $1 }
    let isAround = zip(kernel.sizes, signal.sizes).allSatisfy { $0 >= $1 }
    guard mode != .valid || isInside || isAround else {
      throw CommandFailure(
        .invalidData, "neither of \(signal) and \(kernel) fits into the other: valid has no results"
      )
    }
    if signal.rank == 3 {
      return Planner.shared.choose(
        dtype, planes: signal.planes, rows: signal.rows, columns: signal.columns,
        kernelPlanes: kernel.planes, kernelRows: kernel.rows, kernelColumns: kernel.columns,
        mode: mode.mode, threads: common.threads)
    }
    return Planner.shared.choose(
      dtype, rows: signal.rows, columns: signal.columns, kernelRows: kernel.rows,
      kernelColumns: kernel.columns, mode: mode.mode, threads: common.threads)
  }

  private var rank: Int { signal?.rank ?? 1 }

  /// The results of a block along each dimension.
  private func block(_ choice: MethodChoice) -> [Int] {
    Array([choice.blockPlanes, choice.blockRows, choice.blockColumns].suffix(rank))
  }

  /// The samples of a transform: of a volume, its planes and the samples of each.
  private func transform(_ choice: MethodChoice) -> [Int] {
    Array([choice.transformRows, choice.transformColumns].suffix(rank))
  }

  /// One number, or one for each dimension.
  private func lengths(_ lengths: [Int]) -> any JSONValue {
    if lengths.count == 1 { lengths[0] } else { lengths }
  }

  private func reason(_ choice: MethodChoice) -> String {
    let transform = transform(choice).asDimensions + " samples"
    let block = block(choice).asDimensions + " results"
    return switch choice.method {
    case .direct: "the sums themselves"
    case .separable where rank == 3: "one pass along the planes, and one or two in each"
    case .separable: "one pass along the rows and one along the columns"
    case .fft where rank > 1: "one product of spectra, by a transform of \(transform)"
    case .fft: "one product of spectra, by transforms of \(transform)"
    case .overlapSave where rank > 1: "tiles of \(block), by transforms of \(transform)"
    case .overlapSave: "blocks of \(block), by transforms of \(transform)"
    }
  }

  func validateLayer() throws {
    guard signal == nil, kernel == nil, let input, (weight != nil) == (layer == .conv2d) else {
      throw ValidationError(
        "--layer needs --input, for conv2d --weight too, and neither N nor M.")
    }
    guard weight.map({ $0.isSignal == input.isSignal }) ?? !input.isSignal else {
      throw ValidationError("Shapes need four sizes; those of conv2d on signals three.")
    }
    guard dtype == .float32 || dtype == .float64 else {
      throw ValidationError("Layers are of float32 or float64.")
    }
  }

  func explain(_ layer: PlannedLayer, _ library: TransformLibrary) throws {
    guard let input else { return }
    do throws(LayerError) {
      switch layer {
      case .conv2d:
        guard let weight else { return }
        let layer = try windows.layer(input.shape, weight.shape, isSignal: input.isSignal)
        try printPlan(
          layer.plannedMethod(for: input.shape, weights: weight.shape),
          layer.predictedSeconds(for: input.shape, weights: weight.shape), library
        ) { method in
          switch method {
          case .direct: "weighted sums of shifted rows"
          case .im2col: "the matrix of the patches times that of the weights"
          case .fft: "products of spectra, tile by tile"
          }
        }
      case .correlation:
        let layer = try displacements.layer()
        try printPlan(
          layer.plannedMethod(for: input.shape), layer.predictedSeconds(for: input.shape),
          library
        ) { method in
          switch method {
          case .direct: "the sums themselves"
          case .box: "a map of products for each displacement, and running sums of it"
          case .fft: "a transform of each window and of its surroundings"
          }
        }
      }
    } catch {
      throw CommandFailure(.invalidData, "\(error)")
    }
  }

  private func printPlan<Method: RawRepresentable<String>>(
    _ method: Method, _ predictions: [Method: Double], _ library: TransformLibrary,
    _ reason: (Method) -> String
  ) {
    // The planner takes double precision to double everything.
    let factor = dtype == .float64 ? 2.0 : 1
    let sorted = predictions.map { ($0.rawValue, $1 * factor) }.sorted { $0.1 < $1.1 }
    if common.json {
      printResult([
        "method": method.rawValue, "predicted_seconds": JSONObject(sorted),
        "fftw": library.version, "wisdom": library.wisdom.rawValue,
      ])
    } else {
      printResult("\(method.rawValue): \(reason(method))")
      for (name, value) in sorted {
        printResult("  \(name) would take \(duration(value)) on one thread")
      }
      printResult("  \(library.sentence)")
    }
  }
}

/// `--layer` of `overlap plan`.
enum PlannedLayer: String, ExpressibleByArgument, CaseIterable {
  case conv2d, correlation
}

/// The shape of images, `NxCxHxW`, or of signals, `NxCxL`.
struct LayerShape: ExpressibleByArgument {
  let shape: FeatureMapShape
  let isSignal: Bool

  init?(argument: String) {
    guard var sizes = numbers(argument, separator: "x"), 3...4 ~= sizes.count,
      sizes.allSatisfy({ $0 > 0 })
    else { return nil }
    isSignal = sizes.count == 3
    if isSignal { sizes.insert(1, at: 2) }
    let shape = try? FeatureMapShape(
      images: sizes[0], channels: sizes[1], rows: sizes[2], columns: sizes[3])
    guard let shape else { return nil }
    self.shape = shape
  }
}

extension ElementKind: ExpressibleByArgument {}
