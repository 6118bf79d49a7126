import CSndfile

/// The texts that an audio file carries beside its samples: title, artist, date and so on.
public struct AudioMetadata: Sendable, Equatable {
  /// What a text is about.
  public enum Field: Sendable, CaseIterable {
    /// What the recording is called.
    case title
    /// Whose rights in it are.
    case copyright
    /// The program that wrote the file.
    case software
    /// Who is heard.
    case artist
    /// Anything else.
    case comment
    /// When it was recorded or published, in whatever form.
    case date
    /// What it is a part of.
    case album
    /// What may be done with it.
    case license
    /// Its number in the album.
    case trackNumber
    /// The kind of music.
    case genre

    /// libsndfile's number of the field.
    var code: CInt {
      let number =
        switch self {
        case .title: SF_STR_TITLE
        case .copyright: SF_STR_COPYRIGHT
        case .software: SF_STR_SOFTWARE
        case .artist: SF_STR_ARTIST
        case .comment: SF_STR_COMMENT
        case .date: SF_STR_DATE
        case .album: SF_STR_ALBUM
        case .license: SF_STR_LICENSE
        case .trackNumber: SF_STR_TRACKNUMBER
        case .genre: SF_STR_GENRE
        }
      return CInt(number)
    }
  }

  /// The texts that are there.
  public var texts: [Field: String]

  /// Creates metadata of the given texts.
  public init(_ texts: [Field: String] = [:]) { self.texts = texts }
}
