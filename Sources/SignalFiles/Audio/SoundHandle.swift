// SPDX-License-Identifier: MIT

import CSndfile
import Platform

/// A file that libsndfile has opened for reading: closed when the value ends.
@safe struct SoundHandle: ~Copyable {
  let handle: OpaquePointer

  /// Opens a file, by way of `unfinished` where that is needed.
  init(
    _ input: borrowing InputFile, by unfinished: VirtualSoundFile?, _ info: inout SF_INFO
  ) throws(SignalFileError) {
    do {
      if let unfinished {
        unsafe handle = try unfinished.open(&info, mode: SFM_READ)
      } else {
        unsafe handle = try SoundLibrary.open(input.descriptor, mode: SFM_READ, &info)
      }
    } catch {
      switch error.code {
      case SF_ERR_UNRECOGNISED_FORMAT:
        throw .unrecognized(path: input.path, expected: "an audio file of a known format")
      case SF_ERR_SYSTEM: throw .readFailed(path: input.path, reason: error.reason)
      default: throw .damaged(path: input.path, problem: error.reason)
      }
    }
  }

  /// Whether the file has a frame of this number, counted from 0. What is read afterwards need not be
  /// the same as without: decoders keep what they found.
  func hasFrame(_ index: Int, channelCount: Int) -> Bool {
    var frame = [Float](repeating: 0, count: channelCount)
    return unsafe frame.withUnsafeMutableBufferPointer {
      unsafe sf_seek(handle, sf_count_t(index), CInt(SEEK_SET)) == sf_count_t(index)
        && sf_readf_float(handle, $0.baseAddress, 1) == 1
    }
  }

  deinit { unsafe sf_close(handle) }
}
