// SPDX-License-Identifier: MIT

import SignalFiles
import Synchronization

/// The sound in a file, opened: its tracks, each as an audio file with a place on the time line.
struct SoundFile: Sendable {
  /// One of a file's sound tracks.
  struct Track: Sendable {
    /// From 1 on, among the tracks with sound.
    var number: Int
    /// What it is compressed by, or how its samples are kept.
    var codec: String
    var language: String?
    /// What to read: the file itself, or what was decoded of it.
    var audioPath: String
    /// When its first sample is heard, in seconds of the file's time line.
    var start = 0.0
    /// The same by the container's clock, which may not be zero where the time line is.
    var clockStart = 0.0
    /// Where the time line leaves sound out, in seconds.
    var gaps: [ClosedRange<Double>] = []
    /// How much its sound behind a gap may be off by the rounding of time stamps, in seconds.
    var rounding = 0.0
    /// What there is to know about when it starts: a sentence.
    var startNote: String?
    /// What else there is to know about its times, in sentences.
    var notes: [String] = []
    /// What is missing of it, if it breaks off: a part of a sentence.
    var shortfall: String?
    /// The file as it was when it was opened; nil for what was decoded of one.
    fileprivate(set) var identity: FileIdentity?

    /// Throws if the file is another one than that which was opened.
    func checkIsUnchanged() throws(SignalFileError) {
      guard let identity, FileIdentity(audioPath) != identity else { return }
      throw .readFailed(path: audioPath, reason: "it was changed since it was aligned")
    }

    /// What to know where its samples are used, in sentences, of a file with so many tracks.
    func sentences(oneOf trackCount: Int) -> [String] {
      var sentences = notes
      if let shortfall { sentences.append("\(shortfall); what is there is used") }
      if trackCount > 1 {
        let language = language.map { " (\($0))" } ?? ""
        sentences.append("track \(number)\(language) of \(trackCount) is used")
      }
      return sentences
    }

    /// When its last sample is heard; its start where nobody knows.
    fileprivate var end: Double {
      guard let reader = try? self.reader(), let count = reader.frameCount else { return start }
      return start + Double(count) / Double(reader.sampleRate)
    }

    /// Its frames from the first one on.
    func reader(allowingPartial: Bool = true) throws(SignalFileError) -> AudioReader {
      var reader = try AudioReader(path: audioPath, allowingPartial: allowingPartial)
      reader.shortfall = reader.shortfall ?? shortfall
      return reader
    }
  }

  /// As the user gave it.
  var path: String
  fileprivate(set) var trackCount = 1
  /// As the container says, in seconds; nil where it is that of the samples.
  fileprivate(set) var duration: Double?
  /// The time of day at which it starts, as devices write it.
  fileprivate(set) var timecode: String?
  /// When the recording was made, as devices write it.
  fileprivate(set) var created: String?
  /// Those that were wanted.
  var tracks: [Track]

  /// Opens the sound of a file: an audio file as it is, anything else by way of ffmpeg.
  ///
  /// - Parameter arrayRate: The sample rate of an array, if the file is one.
  init(
    path: String, tracks choice: TrackChoice, arrayRate: Int? = nil
  ) throws(SignalFileError) {
    let key = path.fileNameBytes
    let known = opened.withLock { $0[key] }
    let entry: OpenedFile
    if let known { entry = known } else { entry = try OpenedFile(path, arrayRate: arrayRate) }
    self = try entry.sound(choice)
    opened.withLock { $0[key] = entry }
  }

  /// What ffmpeg makes of a compressed file in which libsndfile stops after so many seconds: it goes
  /// on behind damage. nil where that is no more; else the file counts as read by ffmpeg from now on.
  static func behindDamage(in path: String, at end: Double, _ choice: TrackChoice) -> SoundFile? {
    let key = path.fileNameBytes
    guard let entry = opened.withLock({ $0[key] })?.decodedByFFmpeg(),
      let sound = try? entry.sound(choice)
    else { return nil }
    // Of a file that is cut off there may be some packets more.
    guard let last = sound.tracks.map(\.end).max(), last > end + 0.1 else {
      entry.forget()
      return nil
    }
    opened.withLock { $0[key] = entry }
    return sound
  }

  /// Takes away what was decoded of a file, and what is known of it: thousands would fill the disk. Who
  /// has it open can read on.
  static func forget(_ path: String) {
    let key = path.fileNameBytes
    opened.withLock { opened in
      opened[key]?.forget()
      // What came through a pipe does not come again.
      if !isPipe(path) { opened[key] = nil }
    }
  }

  fileprivate init(path: String, tracks: [Track]) {
    (self.path, self.tracks) = (path, tracks)
  }
}

/// Which of a file's sound tracks are meant, where it has several.
enum TrackChoice: Sendable, Hashable {
  /// All, of which the one that matches best will be taken.
  case best
  case number(Int)
  case language(String)
}

/// The files that were opened, by the bytes of the paths that the user gave: equal Strings may differ
/// in them.
private let opened = Mutex<[[UInt8]: OpenedFile]>([:])

/// What is known of a file, and was decoded of it.
private final class OpenedFile: Sendable {
  private enum Kind {
    /// libsndfile reads the file at this path.
    case audio(String)
    /// ffmpeg decodes the file at this path.
    case media(String, MediaDescription)
  }

  private let path: String
  private let kind: Kind
  /// Whether libsndfile reads what was made of an array.
  private let isArray: Bool
  /// What its header says to be missing.
  private let shortfall: String?
  private let identity: FileIdentity?
  private let decoded = Mutex<[Int: SoundFile.Track]>([:])
  private let isKnownToFFmpeg = Atomic(false)

  init(_ path: String, arrayRate: Int?) throws(SignalFileError) {
    self.path = path
    isArray = path.namesArray
    if isArray {
      kind = .audio(try soundFile(ofArray: path, sampleRate: arrayRate))
      (shortfall, identity) = (nil, nil)
      return
    }
    // What comes through a pipe comes once, and is read more than once.
    let source = isPipe(path) ? try spooled(path) : path
    identity = FileIdentity(source)
    do throws(SignalFileError) {
      let reader = try AudioReader(path: source, allowingPartial: true)
      // What comes behind a page that is lost is in its place by the time stamps alone.
      let isOutOfPlace = reader.shortfall == OggProblem.damagedPage.rawValue
      let media = isOutOfPlace ? try? MediaDescription(of: source, named: path) : nil
      kind = media.map { .media(source, $0) } ?? .audio(reader.path)
      shortfall = reader.shortfall
    } catch {
      switch error {
      case .unrecognized, .damaged:
        // libsndfile takes for damage what it does not know within a format that it does.
        do throws(SignalFileError) {
          kind = .media(source, try MediaDescription(of: source, named: path))
        } catch let failure {
          // Of a file that is called an audio file, what is the matter with it says more.
          guard AudioFormat(path: path) == nil else { throw error.about(path) }
          throw failure
        }
        // What it says of its length is not lost.
        shortfall = announcedShortfall(of: source)
      default: throw error.about(path)
      }
    }
  }

  private init(_ path: String, decoding source: String) throws(SignalFileError) {
    self.path = path
    isArray = false
    identity = FileIdentity(source)
    kind = .media(source, try MediaDescription(of: source, named: path))
    shortfall = announcedShortfall(of: source)
  }

  /// The same file as ffmpeg reads it, if that is worth a try: once, where libsndfile decodes it.
  func decodedByFFmpeg() -> OpenedFile? {
    guard case .audio(let source) = kind, !isKnownToFFmpeg.exchange(true, ordering: .relaxed),
      let reader = try? AudioReader(path: source, allowingPartial: true),
      reader.format.bytesPerSample == nil
    else { return nil }
    return try? OpenedFile(path, decoding: source)
  }

  func sound(_ choice: TrackChoice) throws(SignalFileError) -> SoundFile {
    switch kind {
    case .audio(let audioPath):
      _ = try numbers(choice, languages: [nil])
      let reader = try AudioReader(path: audioPath, allowingPartial: true)
      var track = SoundFile.Track(number: 1, codec: reader.codecName, audioPath: audioPath)
      track.shortfall = shortfall
      track.identity = identity
      var sound = SoundFile(path: path, tracks: [track])
      if let broadcast = BroadcastExtension(path: audioPath) {
        sound.timecode = broadcast.timecode(sampleRate: reader.sampleRate)
        sound.created = broadcast.created
      }
      return sound
    case .media(let source, let description):
      let wanted = try numbers(choice, languages: description.tracks.map(\.language))
      let missing = wanted.filter { number in decoded.withLock { $0[number] == nil } }
      if !missing.isEmpty {
        let (tracks, messages) = try description.decode(missing, of: source, named: path)
        let zero = description.zero(tracks)
        for (number, track) in tracks {
          var described = description.track(number, track, zero: zero, messages)
          described.shortfall = described.shortfall ?? shortfall
          decoded.withLock { $0[number] = described }
        }
      }
      let found = decoded.withLock { decoded in wanted.compactMap { decoded[$0] } }
      guard !found.isEmpty else { throw .empty(path: path) }
      var sound = SoundFile(path: path, tracks: found)
      sound.trackCount = description.tracks.count
      sound.duration = description.duration
      (sound.timecode, sound.created) = (description.timecode, description.created)
      return sound
    }
  }

  func forget() {
    if isArray, case .audio(let path) = kind { TemporaryFile.remove(path) }
    decoded.withLock { decoded in
      for track in decoded.values { TemporaryFile.remove(track.audioPath) }
      decoded = [:]
    }
  }

  /// The indices of the tracks that are meant.
  private func numbers(
    _ choice: TrackChoice, languages: [String?]
  ) throws(SignalFileError) -> [Int] {
    let count = languages.count
    // There is no choice.
    if count == 1 { return [0] }
    switch choice {
    case .best: return Array(0..<min(count, largestTrackCount))
    case .number(let number):
      if 1...count ~= number { return [number - 1] }
      throw .wrongShape(path: path, expected: "a track \(number)", actual: "\(count) tracks")
    case .language(let language):
      let wanted = LanguageCode(language)
      let found = languages.indices.filter { languages[$0].map { LanguageCode($0) } == wanted }
      if !found.isEmpty { return found }
      let known = Set(languages.compactMap(\.self)).sorted().joined(separator: ", ")
      throw .wrongShape(
        path: path, expected: "a track in the language \(language)",
        actual: known.isEmpty ? "tracks without a language" : "tracks in \(known)")
    }
  }
}

/// Judged: twice what cameras for broadcast record.
private let largestTrackCount = 32

/// What a file's header says to be missing of it.
private func announcedShortfall(of path: String) -> String? {
  do throws(SignalFileError) {
    _ = try AudioReader(path: path)
    return nil
  } catch {
    if case .truncated = error { return error.problem }
    return OggProblem(rawValue: error.problem) == nil ? nil : error.problem
  }
}
