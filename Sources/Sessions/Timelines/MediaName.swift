// SPDX-License-Identifier: MIT

/// Ways to name a file that a time line refers to.
extension Timeline.Media {
  /// The last part of the path.
  package var fileName: String { path.split(separator: "/").last.map(String.init) ?? path }

  /// The path as a URL, with all but unreserved characters percent-encoded (RFC 3986, 2 and RFC
  /// 8089).
  package func url(host: String = "") -> String {
    var result = "file://" + host
    for byte in path.utf8 {
      let isUnreserved =
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
          UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "/"):
          true
        default: false
        }
      if isUnreserved {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        result += (byte < 16 ? "%0" : "%") + digits
      }
    }
    return result
  }

  /// Its time code at the beginning, with the rate that counts it: of its picture, or of the
  /// sequence.
  package func startTime(in timeline: Timeline) -> (frames: Int, rate: FrameRate)? {
    timecode.flatMap { Timecode.parse($0, rate: picture?.frameRate ?? timeline.frameRate) }
  }
}
