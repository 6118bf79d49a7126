// SPDX-License-Identifier: MIT

import SignalFiles

/// As it is, and with checksums that are right.
func readImage(_ bytes: [UInt8], _ files: MemoryFiles) {
  readImage(unchanged: bytes, files)
  let sealed = sealed(bytes)
  if sealed != bytes { readImage(unchanged: sealed, files) }
}

/// The bytes with the checksums of chunks, as far as their sizes lead from one to the next.
private func sealed(_ bytes: [UInt8]) -> [UInt8] {
  var (bytes, position) = (bytes, 8)
  while position + 12 <= bytes.count {
    let size = bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
    let end = position + 8 + size
    guard end + 4 <= bytes.count else { break }
    let sum = checksum(bytes[(position + 4)..<end])
    for byte in 0..<4 { bytes[end + byte] = UInt8(truncatingIfNeeded: sum >> (24 - 8 * byte)) }
    position = end + 4
  }
  return bytes
}

private func readImage(unchanged bytes: [UInt8], _ files: MemoryFiles) {
  guard let image = try? Raster(path: files.write(bytes)) else { return }
  let planes = (0..<image.channels.rawValue).map { image.plane($0) }
  require(planes.allSatisfy { $0.count == image.height * image.width }, "pixels are missing")
  let made = Raster(
    height: image.height, width: image.width, channels: image.channels, planes: planes,
    bits: image.fullScale == 255 ? 8 : 16)
  require(made == image, "an image of its planes is another")
  do {
    let path = files.path("output.png")
    try image.write(to: path)
    require(try Raster(path: path) == image, "another image was written")
  } catch {
    fatalError("an image that was read cannot be written: \(error)")
  }
}
