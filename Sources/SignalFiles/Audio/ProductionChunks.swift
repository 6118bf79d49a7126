// SPDX-License-Identifier: MIT

import CSndfile

/// What recorders and editors keep beside the samples: the broadcast extension with the time of day
/// (EBU Tech 3285), iXML (ixml.info), and cue points. The chunks of WAVE files, as libsndfile has them.
package struct ProductionChunks: Sendable, Equatable {
  private typealias Broadcast = SF_BROADCAST_INFO

  /// libsndfile's `SF_BROADCAST_INFO`, with a history of any length; empty if there is none.
  private var broadcast: [UInt8] = []
  /// A text, in UTF-8 mostly; empty if there is none.
  private var iXML: [UInt8] = []
  private var cues: [SF_CUE_POINT] = []

  /// When the first sample was recorded, in samples since midnight; nil if that is not said.
  package var timeReference: Int? {
    guard !broadcast.isEmpty, let offset = Self.timeOffset else { return nil }
    return Self.whole(low: broadcast.number(at: offset), high: broadcast.number(at: offset + 4))
  }

  /// The number of these halves, of 32 bits each; nil where it has no room in 63 bits, as no time of a
  /// day does.
  private static func whole(low: Int, high: Int) -> Int? {
    high >> 31 == 0 ? high << 32 | low : nil
  }

  /// The cue points, in samples.
  package var cuePlaces: [Int] { cues.map { Int($0.sample_offset) } }

  /// The text of iXML; nil if there is none.
  package var iXMLText: String? {
    iXML.isEmpty ? nil : String(validating: iXML, as: UTF8.self)
  }

  package static func == (first: Self, second: Self) -> Bool {
    first.broadcast == second.broadcast && first.iXML == second.iXML
      && first.cuePlaces == second.cuePlaces
  }

  /// Those of an open file of `byteCount` bytes.
  @unsafe init(of handle: OpaquePointer, byteCount: Int) {
    var buffer = [UInt8](repeating: 0, count: Self.historyOffset + 1 << 16)
    let size = CInt(buffer.count)
    if unsafe sf_command(handle, CInt(SFC_GET_BROADCAST_INFO), &buffer, size) == SF_TRUE {
      let length = buffer.number(at: Self.historyOffset - 4)
      broadcast = Array(buffer.prefix(Self.historyOffset + length))
    }
    var count: UInt32 = 0
    let countSize = CInt(MemoryLayout<UInt32>.size)
    // What libsndfile has read of them is there.
    if unsafe sf_command(handle, CInt(SFC_GET_CUE_COUNT), &count, countSize) == SF_TRUE, count > 0 {
      var list = [UInt32](repeating: 0, count: 1 + Int(count) * Self.cueWords)
      let isRead = unsafe list.withUnsafeMutableBytes {
        unsafe sf_command(handle, CInt(SFC_GET_CUE), $0.baseAddress, CInt($0.count)) == SF_TRUE
      }
      if isRead {
        cues = unsafe list.withUnsafeBytes { bytes in
          (0..<Int(min(count, list[0]))).map {
            unsafe bytes.loadUnaligned(
              fromByteOffset: 4 + $0 * MemoryLayout<SF_CUE_POINT>.stride, as: SF_CUE_POINT.self)
          }
        }
      }
    }
    iXML = unsafe Self.chunk("iXML", of: handle, byteCount: byteCount)
  }

  /// The bytes of a chunk; none if there is none.
  @unsafe private static func chunk(
    _ name: String, of handle: OpaquePointer, byteCount: Int
  ) -> [UInt8] {
    var info = unsafe SF_CHUNK_INFO()
    unsafe setName(of: &info, name)
    guard let iterator = unsafe sf_get_chunk_iterator(handle, &info),
      unsafe sf_get_chunk_size(iterator, &info) == SF_ERR_NO_ERROR,
      unsafe info.datalen > 0 && Int(info.datalen) <= byteCount
    else { return [] }
    var bytes = [UInt8](repeating: 0, count: unsafe Int(info.datalen))
    let isRead = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe info.data = buffer.baseAddress
      return unsafe sf_get_chunk_data(iterator, &info) == SF_ERR_NO_ERROR
    }
    return isRead ? bytes : []
  }

  @unsafe private static func setName(of info: inout SF_CHUNK_INFO, _ name: String) {
    unsafe withUnsafeMutableBytes(of: &info.id) { unsafe $0.copyBytes(from: name.utf8) }
    unsafe info.id_size = UInt32(name.utf8.count)
  }

  /// Gives them to a file of which nothing has been written: those that it has a place for.
  @unsafe func add(to handle: OpaquePointer) {
    if !broadcast.isEmpty {
      var broadcast = broadcast
      unsafe sf_command(
        handle, CInt(SFC_SET_BROADCAST_INFO), &broadcast, CInt(broadcast.count))
    }
    if !cues.isEmpty {
      var list = [UInt32](repeating: 0, count: 1 + cues.count * Self.cueWords)
      list[0] = UInt32(cues.count)
      unsafe list.withUnsafeMutableBytes { bytes in
        for (index, cue) in cues.enumerated() {
          unsafe bytes.storeBytes(
            of: cue, toByteOffset: 4 + index * MemoryLayout<SF_CUE_POINT>.stride,
            as: SF_CUE_POINT.self)
        }
        unsafe sf_command(handle, CInt(SFC_SET_CUE), bytes.baseAddress, CInt(bytes.count))
      }
    }
    if !iXML.isEmpty {
      var info = unsafe SF_CHUNK_INFO()
      unsafe Self.setName(of: &info, "iXML")
      var bytes = iXML
      unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe info.datalen = UInt32(buffer.count)
        unsafe info.data = buffer.baseAddress
        _ = unsafe sf_set_chunk(handle, &info)
      }
    }
  }

  /// Those of a copy of `frameCount` frames at the rate `newRate`, whose first frame is at the place
  /// `start` of a file of the rate `oldRate`.
  package func moved(
    to start: Double, from oldRate: Int, to newRate: Int, frameCount: Int
  ) -> ProductionChunks {
    var moved = self
    /// A time of day, in samples at `rate`, of the copy; nil where it is none that could be.
    func time(_ old: Int?, at rate: Int) -> Int? {
      guard let old else { return nil }
      let time = (Double(old) + start * Double(rate) / Double(oldRate)) / Double(rate)
      let rounded = (time * Double(newRate)).rounded()
      guard rounded.magnitude < 0x1p62 else { return nil }
      let samples = Int(rounded)
      // Before midnight of the same day it is the day before.
      return samples < 0 ? samples + 86_400 * newRate : samples
    }
    if let new = time(timeReference, at: oldRate), let offset = Self.timeOffset {
      moved.broadcast.set(new & 0xFFFF_FFFF, at: offset)
      moved.broadcast.set(new >> 32, at: offset + 4)
    }
    moved.cues = cues.compactMap { cue in
      let place =
        ((Double(cue.sample_offset) - start) * Double(newRate) / Double(oldRate)).rounded()
      guard place >= 0, place < Double(min(frameCount, Int(UInt32.max))) else { return nil }
      var cue = cue
      cue.sample_offset = UInt32(place)
      cue.position = UInt32(place)
      return cue
    }
    if var text = iXMLText {
      for (high, low) in [
        ("TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI", "TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO"),
        ("BWF_TIME_REFERENCE_HIGH", "BWF_TIME_REFERENCE_LOW"),
      ] {
        guard let old = text.number(in: low) else { continue }
        let rate = high.hasPrefix("TIME") ? text.number(in: "TIMESTAMP_SAMPLE_RATE") : nil
        let known = rate.map { $0 > 0 ? $0 : oldRate } ?? oldRate
        guard let new = time(Self.whole(low: old, high: text.number(in: high) ?? 0), at: known)
        else { continue }
        text.set(new & 0xFFFF_FFFF, in: low)
        text.set(new >> 32, in: high)
      }
      for name in ["TIMESTAMP_SAMPLE_RATE", "FILE_SAMPLE_RATE"] { text.set(newRate, in: name) }
      moved.iXML = Array(text.utf8)
    }
    return moved
  }

  private static var timeOffset: Int? { MemoryLayout<Broadcast>.offset(of: \.time_reference_low) }

  private static var historyOffset: Int {
    MemoryLayout<Broadcast>.offset(of: \.coding_history) ?? MemoryLayout<Broadcast>.size
  }

  private static var cueWords: Int { MemoryLayout<SF_CUE_POINT>.stride / 4 }
}

extension [UInt8] {
  /// A number of 32 bits, as it is in memory.
  fileprivate func number(at offset: Int) -> Int {
    Int(UInt32(littleEndian: (0..<4).reduce(0) { $0 | UInt32(self[offset + $1]) << (8 * $1) }))
  }

  fileprivate mutating func set(_ number: Int, at offset: Int) {
    for byte in 0..<4 { self[offset + byte] = UInt8(truncatingIfNeeded: number >> (8 * byte)) }
  }
}

extension String {
  /// Where the contents of the first element of that name are.
  private func contents(of name: String) -> Range<Index>? {
    guard let start = firstRange(of: "<\(name)>"),
      let end = self[start.upperBound...].firstRange(of: "</\(name)>")
    else { return nil }
    return start.upperBound..<end.lowerBound
  }

  fileprivate func number(in name: String) -> Int? {
    contents(of: name).flatMap { UInt32(self[$0]) }.map { Int($0) }
  }

  fileprivate mutating func set(_ number: Int, in name: String) {
    if let place = contents(of: name) { replaceSubrange(place, with: String(number)) }
  }
}
