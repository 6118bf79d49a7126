// SPDX-License-Identifier: MIT

internal import Alignment
internal import COverlap
internal import COverlap.Message
internal import Convolution
internal import CorrelationLayers
internal import ImageMatching

/// Why a call of the C interface fails: its status and what overlap_error_message() says.
struct InterfaceError: Error {
  let status: overlap_status
  let message: String

  init(_ status: overlap_status, _ message: String) {
    self.status = status
    self.message = message
  }

  static func argument(_ message: String) -> InterfaceError {
    InterfaceError(OVERLAP_INVALID_ARGUMENT, message)
  }

  static func shape(_ message: String) -> InterfaceError {
    InterfaceError(OVERLAP_WRONG_SHAPE, message)
  }

  init(_ error: ConvolutionError) {
    let status =
      switch error {
      case .overflow, .integerTooLarge: OVERLAP_OUT_OF_RANGE
      case .invalidLatency: OVERLAP_INVALID_ARGUMENT
      case .emptyKernel, .wrongOutputCount, .wrongImageCount, .wrongVolumeCount,
        .wrongGradientCount:
        OVERLAP_WRONG_SHAPE
      }
    self.init(status, error.description)
  }

  init(_ error: AlignmentError) {
    let status =
      switch error {
      case .invalidOption, .invalidSampleRate: OVERLAP_INVALID_ARGUMENT
      case .tooLarge: OVERLAP_OUT_OF_MEMORY
      case .cancelled, .notFinite, .silent, .sourceFailed, .tooShort: OVERLAP_UNFIT_DATA
      }
    self.init(status, error.description)
  }

  init(_ error: ImageError) {
    let status =
      switch error {
      case .differentSizes, .empty, .templateTooLarge: OVERLAP_WRONG_SHAPE
      case .cancelled, .flat, .notFinite, .nothingCounts: OVERLAP_UNFIT_DATA
      }
    self.init(status, error.description)
  }

  init(_ error: LayerError) {
    let status =
      switch error {
      case .tooLarge: OVERLAP_OUT_OF_MEMORY
      case .overflow, .integerTooLarge: OVERLAP_OUT_OF_RANGE
      case .outOfRange, .evenKernelSize, .unavailableMethod: OVERLAP_INVALID_ARGUMENT
      case .invalidShape, .wrongElementCount, .unevenGroups, .differentInputs,
        .wrongOutputGradient, .noOutput, .wrongChannelCount, .wrongBiasCount:
        OVERLAP_WRONG_SHAPE
      }
    self.init(status, error.description)
  }
}

/// What `body` does, as a status; a message is kept where it fails.
@inline(__always)
func status(_ body: () throws(InterfaceError) -> Void) -> overlap_status {
  do throws(InterfaceError) {
    try body()
    return OVERLAP_OK
  } catch {
    unsafe error.message.withCString { unsafe overlap_keep_message($0) }
    return error.status
  }
}

/// What `body` returns; what it throws is one of the interface's own errors.
func translating<Result, Failure: Error>(
  _ translate: (Failure) -> InterfaceError, _ body: () throws(Failure) -> Result
) throws(InterfaceError) -> Result {
  do throws(Failure) {
    return try body()
  } catch {
    throw translate(error)
  }
}
