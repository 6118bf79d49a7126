internal import CFFTW

/// How much time FFTW may spend to find a fast way of doing a transform.
///
/// Lengths that the package ships wisdom for (the powers of two from 2⁶ to 2¹⁸), or that
/// ``Wisdom`` was imported for, get their measured plan at once, whatever the rigor.
public enum PlanningRigor: Sendable, Hashable, CaseIterable {
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
}
