import ArgumentParser
import Convolution
import CorrelationLayers

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

extension PlanCommand {
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

  /// Says how a layer would be done.
  func explain(_ layer: PlannedLayer) throws {
    guard let input else { return }
    do throws(LayerError) {
      switch layer {
      case .conv2d:
        guard let weight else { return }
        let layer = try windows.layer(input.shape, weight.shape, isSignal: input.isSignal)
        try printPlan(
          layer.plannedMethod(for: input.shape, weights: weight.shape),
          layer.predictedSeconds(for: input.shape, weights: weight.shape)
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
          layer.plannedMethod(for: input.shape), layer.predictedSeconds(for: input.shape)
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
    _ method: Method, _ predictions: [Method: Double], _ reason: (Method) -> String
  ) {
    // The planner takes double precision to double everything.
    let factor = dtype == .float64 ? 2.0 : 1
    let sorted = predictions.map { ($0.rawValue, $1 * factor) }.sorted { $0.1 < $1.1 }
    if common.json {
      printResult(["method": method.rawValue, "predicted_seconds": JSONObject(sorted)])
    } else {
      printResult("\(method.rawValue): \(reason(method))")
      for (name, value) in sorted {
        printResult("  \(name) would take \(duration(value)) on one thread")
      }
    }
  }
}
