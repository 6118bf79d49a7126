// SPDX-License-Identifier: MIT

import SignalFiles

/// What keeps ffmpeg and ffprobe to the one file that they are given.
enum FFmpeg {
  /// The arguments by which a file is opened: nothing else is, however the file is called and whatever
  /// it says.
  ///
  /// "file:" keeps a name that begins with a dash or holds a colon from meaning anything else.
  static func input(_ path: String) -> [String] {
    [
      "-protocol_whitelist", "file,pipe", "-format_whitelist", formats, "-i", "file:" + path,
    ]
  }

  static func missing(_ program: String, for path: String) -> SignalFileError {
    .missingProgram(
      path: path, program: program, advice: "install it with `apt-get install ffmpeg`")
  }

  /// ffmpeg's names of the formats that hold their sound in themselves. Not among them are lists of
  /// other files (HLS, DASH, IMF, concat scripts, SDP, sequences of pictures), text, devices, and
  /// programs that play for ever (SBaGen).
  private static let formats = """
    3dostr,4xm,aa,aac,aax,ac3,ace,acm,adf,adp,ads,adx,aea,afc,aiff,aix,alp,amr,amrnb,amrwb,ape,apc,apm,\
    aptx,aptx_hd,argo_asf,argo_brp,asf,asf_o,ast,au,avi,avr,bethsoftvid,bfi,bfstm,bink,binka,boa,brstm,\
    c93,caf,codec2,dcstr,derf,dfpwm,dhav,dsf,dsicin,dss,dts,dtshd,dv,dxa,ea,ea_cdata,eac3,epaf,evc,\
    film_cpk,flac,flic,flv,fsb,fwse,g722,g723_1,g729,genh,gsm,gxf,hca,hcom,iamf,idcin,iff,ifv,ilbc,\
    ingenient,ipmovie,ircam,iss,jv,kux,kvag,lc3,live_flv,lmlm4,loas,luodat,lvf,lxf,\
    matroska,webm,mca,mcc,mgsts,mlp,mlv,mm,mmf,mods,moflex,mov,mp4,m4a,3gp,3g2,mj2,mp3,mpc,mpc8,mpeg,\
    mpegts,mpegtsraw,msf,msnwctcp,msp,mtaf,mtv,musx,mv,mvi,mxf,mxg,nc,nistsphere,nsp,nsv,nut,nuv,ogg,\
    oma,osq,paf,pmp,pp_bnk,psxstr,pva,pvf,qcp,qoa,r3d,redspark,rl2,rm,roq,rpl,rsd,rso,s337m,sbc,sdns,\
    sdr2,sds,sdx,ser,sga,shn,siff,smjpeg,smk,smush,sol,sox,spdif,svag,svs,swf,tak,thp,tiertexseq,tmv,\
    truehd,tta,txd,ty,usm,vag,vividas,vivo,vmd,voc,vpk,vqf,w64,wady,wav,wavarc,wc3movie,wsaud,wsd,\
    wsvqa,wtv,wv,wve,xa,xmv,xvag,xwma,yop
    """
}

/// What ffmpeg says, by its seriousness, with no more of it kept than can be told.
struct FFmpegMessages: Sendable {
  private(set) var errors: [String] = []
  private(set) var warnings: [String] = []
  /// The last line that is no message of ffmpeg's: the system's, where it could not be started.
  private var otherLine: String?
  /// ffmpeg's name of the file's format, where that is not one that we read.
  private var refusedFormat: String?

  /// The arguments that make ffmpeg say what this reads.
  static func arguments(level: String) -> [String] {
    ["-hide_banner", "-v", "repeat+level+" + level]
  }

  /// Takes a line such as "[matroska,webm @ 0x5608f209a980] [error] File ended prematurely".
  ///
  /// - Returns: Whether it tells of an error; nil where it is no message.
  mutating func take(_ line: String) -> Bool? {
    var text = Substring(line)
    var speaker = Substring()
    if text.hasPrefix("["), let end = text.firstIndex(of: "]"), text[..<end].contains(" @ 0x") {
      speaker = text.dropFirst().prefix { $0 != " " }
      text = text[text.index(after: end)...].drop { $0 == " " }
    }
    guard text.hasPrefix("["), let end = text.firstIndex(of: "]") else {
      if text.contains(where: { !$0.isWhitespace }) { otherLine = line }
      return nil
    }
    let level = text[text.index(after: text.startIndex)..<end]
    let message = String(text[text.index(after: end)...].drop { $0 == " " })
    if message.contains("not on whitelist") { refusedFormat = String(speaker) }
    let most = 16
    switch level {
    case "panic", "fatal", "error":
      if errors.count < most { errors.append(message) }
      return true
    case "warning": if warnings.count < most { warnings.append(message) }
    default: break
    }
    return false
  }

  /// Why the file `path` was not read at all, in our words where we know better ones.
  func failure(of path: String) -> SignalFileError {
    guard let first = errors.first ?? warnings.first else {
      let reason = otherLine ?? "it does not say why"
      return .readFailed(path: path, reason: "ffmpeg failed: " + reason)
    }
    if let refusedFormat {
      return .wrongShape(
        path: path, expected: "sound",
        actual: Self.lists.contains(refusedFormat)
          ? "a list of other files (\(refusedFormat)), which are not followed,"
          : "what ffmpeg calls \(refusedFormat)")
    }
    // Of a file that is taken for an MP4 by its name alone, ffmpeg warns.
    let isGuessed = warnings.contains { $0.contains("misdetection possible") }
    if !isGuessed, errors.contains(where: { $0.contains("moov atom not found") }) {
      return .damaged(
        path: path,
        problem: "its recorder never finished it, or its end is cut off: the index of "
          + "its contents, `moov`, is missing")
    }
    if isGuessed || errors.allSatisfy({ $0.contains("Invalid data found") }) {
      return .unrecognized(
        path: path, expected: "a file that ffmpeg can read sound from to its end")
    }
    return .damaged(path: path, problem: "ffmpeg says: \(first)")
  }

  private static let lists: Set<String> = ["hls", "concat", "dash", "imf", "sdp", "image2"]
}
