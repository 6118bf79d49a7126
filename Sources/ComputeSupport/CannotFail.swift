// SPDX-License-Identifier: MIT

/// What `body` returns, where its error would be a broken invariant of the caller.
@inlinable package func cannotFail<Result, Failure: Error>(
  _ body: () throws(Failure) -> Result
) -> Result {
  do throws(Failure) {
    return try body()
  } catch {
    preconditionFailure("\(error)")
  }
}
