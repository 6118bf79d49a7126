// SPDX-License-Identifier: MIT

/// The parsers of what comes from outside: each takes any bytes, and either refuses them by an error
/// or gives a value that can be used.
package enum FuzzedParser: String, CaseIterable, Sendable {
  /// NumPy's arrays, arrays of MNIST, and batches of CIFAR-10.
  case npy, idx, cifar
  /// Images.
  case png
  /// Sound files of every format, with what they keep beside their samples.
  case sound
  /// Indexes of recordings.
  case index
  /// What is kept of a machine's measurements, and FFTW's part of that.
  case tuning, wisdom
  /// Time stamps of frames.
  case stamps
  /// Names, dates and time codes that files have.
  case names
  /// Facts of media files, from which time lines are made.
  case timelines
}

/// One parser, with a place in memory for the files that it reads.
package final class FuzzTarget {
  private let parser: FuzzedParser
  private let files: MemoryFiles

  package init(_ parser: FuzzedParser) {
    self.parser = parser
    files = MemoryFiles(named: parser.rawValue)
  }

  /// Gives the parser these bytes, and uses what it makes of them. What must not happen ends the
  /// process.
  package func run(_ bytes: [UInt8]) {
    switch parser {
    case .npy: readArray(bytes, files)
    case .idx: readIDX(bytes, files)
    case .cifar: readCIFAR(bytes, files)
    case .png: readImage(bytes, files)
    case .sound: readSound(bytes, files)
    case .index: readIndex(bytes, files)
    case .tuning: readTuning(bytes)
    case .wisdom: readWisdom(bytes)
    case .stamps: placeFrames(bytes)
    case .names: readNames(bytes)
    case .timelines: writeTimelines(bytes)
    }
  }
}

/// Ends the process where what a parser gave contradicts itself.
func require(_ condition: Bool, _ problem: @autoclosure () -> String) {
  if !condition { fatalError(problem()) }
}
