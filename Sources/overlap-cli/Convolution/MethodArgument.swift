import ArgumentParser
import Convolution

/// `--method` of `overlap convolve` and `overlap correlate`.
enum MethodArgument: String, ExpressibleByArgument, CaseIterable {
  case auto
  case direct
  case fft
  case overlapSave = "overlap-save"

  /// nil leaves the choice to the planner.
  var method: ConvolutionMethod? {
    switch self {
    case .auto: nil
    case .direct: .direct
    case .fft: .fft
    case .overlapSave: .overlapSave
    }
  }
}

extension ConvolutionMethod {
  /// The name that the command gives the method.
  var argument: String { self == .overlapSave ? "overlap-save" : rawValue }
}

/// `--mode` of `overlap convolve`, `overlap correlate` and `overlap plan`.
enum ModeArgument: String, ExpressibleByArgument, CaseIterable {
  case full
  case same
  case valid

  var mode: ConvolutionMode {
    switch self {
    case .full: .full
    case .same: .same
    case .valid: .valid
    }
  }
}
