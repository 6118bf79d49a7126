// SPDX-License-Identifier: MIT

import CSndfile

/// What a text is about that an audio file carries next to its samples.
public enum AudioTag: Sendable {
  /// What the recording is called, and what it is a part of.
  case title, album
  /// Who is heard, and whose rights in it are.
  case artist, copyright
  /// When it was recorded or published, in whatever form.
  case date
  /// Its number in the album, and the kind of music.
  case trackNumber, genre
  /// What may be done with it.
  case license
  /// The program that wrote the file.
  case software
  /// Anything else.
  case comment

  /// All of them with libsndfile's numbers, in the order in which they are written.
  static var codes: [(tag: AudioTag, code: CInt)] {
    [
      (.title, CInt(SF_STR_TITLE)), (.copyright, CInt(SF_STR_COPYRIGHT)),
      (.software, CInt(SF_STR_SOFTWARE)), (.artist, CInt(SF_STR_ARTIST)),
      (.comment, CInt(SF_STR_COMMENT)), (.date, CInt(SF_STR_DATE)), (.album, CInt(SF_STR_ALBUM)),
      (.license, CInt(SF_STR_LICENSE)), (.trackNumber, CInt(SF_STR_TRACKNUMBER)),
      (.genre, CInt(SF_STR_GENRE)),
    ]
  }
}
