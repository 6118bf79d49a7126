internal import FourierTransform

/// What `body` returns, a transform whose length or buffers are such that it cannot fail, which the
/// compiler is told here.
@inline(__always)
func cannotFail<Result: ~Copyable>(_ body: () throws(TransformError) -> Result) -> Result {
  do { return try body() } catch { preconditionFailure("\(error)") }
}
