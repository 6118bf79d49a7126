// SPDX-License-Identifier: MIT

import ArgumentParser
import Convolution

/// The threads that the work may use.
public struct ThreadOption: ParsableArguments {
  /// How many.
  @Option(help: "Threads to use.")
  public var threads = 1

  /// The defaults.
  public init() {}
}

/// What ``ThreadGain`` is to compare.
public struct GainOptions: ParsableArguments {
  /// How many are compared with one.
  @Option(help: "Threads to compare with one.")
  public var threads = 2

  /// How often they take turns undisturbed.
  @Option(help: "Undisturbed turns of each case.")
  public var turns = 31

  /// The defaults.
  public init() {}
}

/// A method, or the planner's.
public enum MethodArgument: String, ExpressibleByArgument, CaseIterable {
  /// The planner's.
  case auto
  /// The method of this name.
  case direct, separable, fft
  /// The method of this name.
  case overlapSave = "overlap-save"

  /// nil for the planner's.
  public var method: ConvolutionMethod? {
    switch self {
    case .auto: nil
    case .direct: .direct
    case .separable: .separable
    case .fft: .fft
    case .overlapSave: .overlapSave
    }
  }
}

extension ConvolutionMethod {
  /// As the command spells it.
  public var argument: String { self == .overlapSave ? "overlap-save" : rawValue }
}
