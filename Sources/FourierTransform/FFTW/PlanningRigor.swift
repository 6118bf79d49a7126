// SPDX-License-Identifier: MIT

internal import CFFTW
internal import RealModule

/// How much time FFTW may spend to find a fast way of doing a transform.
///
/// Lengths that the package ships wisdom for (4, 5, 6 and 7 times the powers of two, and what else
/// its convolutions use), or that a ``Tuning`` was adopted for, get their measured plan at once,
/// whatever the rigor. FFTW refuses the shipped wisdom on processors whose instructions it knows
/// other ways for; there, rigor counts.
public enum PlanningRigor: String, Sendable, Hashable, CaseIterable, Codable {
  /// Choose by a rule of thumb, in a millisecond or two.
  case estimate
  /// Time some ways of doing it: a few tenths of a second up to length 2¹⁴, seconds at 2¹⁸,
  /// 16 s at 2²⁰. Pays when the plan will be used for longer than that.
  case measure
  /// Time many ways: several times as long as ``measure``, for plans that are kept as wisdom.
  case patient

  var flags: UInt32 {
    switch self {
    case .estimate: UInt32(FFTW_ESTIMATE)
    case .measure: UInt32(FFTW_MEASURE)
    case .patient: UInt32(FFTW_PATIENT)
    }
  }

  /// The rigor that pays for transforms of a length of at least 1, forward or inverse: `measure`
  /// where it saves more time than it takes, else `estimate`.
  package static func earned(byTransforms count: Int, ofLength length: Int) -> PlanningRigor {
    let n = Double(length)
    // What FFTW takes to measure both directions on a Zen 4, where the rates below are from too:
    // 0.16 s at 1024, 0.4 s at 2^14, 1.1 s at 2^16, 16 s at 2^20.
    let measuring = 0.15 + 1.5e-5 * n
    // 5 n log2 n operations, of which an estimated plan does about 2e10 a second, and a measured one
    // the same work in 0.6 to 0.9 of the time.
    let saved = 0.25 * Double(count) * 5 * n * Double.log2(n + 1) / 2e10
    return saved > measuring ? .measure : .estimate
  }
}
