// SPDX-License-Identifier: MIT

import Foundation
import TestSupport
import Testing

@Suite("What is asked of the command itself")
struct UsageTests {
  @Test("The version, in plain text and in JSON")
  func version() throws {
    let plain = try overlap("--version")
    #expect(plain.status == 0 && plain.errors == "")
    let version = plain.output.dropLast()
    #expect(plain.output.hasSuffix("\n") && version.split(separator: ".").count == 3)
    for arguments in [["--version", "--json"], ["--json", "--version"]] {
      let result = try overlap(arguments)
      #expect(result.status == 0)
      let object = try parse(result.output)
      #expect(object["version"] as? String == String(version))
      #expect((object["date"] as? String)?.wholeMatch(of: #/20\d\d-\d\d-\d\d/#) != nil)
      #expect(object["batch_protocol"] as? Int == 1)
    }
    #expect(try overlap("align", "--version").output == plain.output)
  }

  @Test("With the version: the libraries as they are linked, and the programs that are there")
  func surroundings() throws {
    let here = try parse(overlap("--version", "--json").output)
    let libraries = try #require(here["libraries"] as? [String: String])
    #expect(Set(libraries.keys) == ["fftw", "libsndfile", "libsoxr", "libpng", "zlib"])
    for (name, version) in libraries {
      #expect(version.firstMatch(of: #/^[0-9]+\.[0-9]+/#) != nil, "\(name) \(version)")
    }
    for (name, package) in [("libsndfile", "sndfile"), ("libsoxr", "soxr"), ("libpng", "libpng")] {
      let known = try run("pkg-config", ["--modversion", package]).output.dropLast()
      #expect(libraries[name] == String(known))
    }
    let sets = ["AVX-512", "AVX2", "NEON", "plain"]
    #expect(sets.contains(try #require(here["instruction_set"] as? String)))
    let programs = try #require(here["programs"] as? [String: String])
    #expect(programs["ffmpeg"]?.wholeMatch(of: #/ffmpeg version \S+/#) != nil)
    #expect(programs["gnuplot"]?.hasPrefix("gnuplot ") == true)
    let elsewhere = try overlap(["--version", "--json"], path: "/nowhere")
    #expect(elsewhere.status == 0 && elsewhere.errors == "")
    let missing = try #require(parse(elsewhere.output)["programs"] as? [String: Any])
    #expect(
      missing.keys.sorted() == ["ffmpeg", "gnuplot"] && missing.values.allSatisfy { $0 is NSNull })
  }

  @Test("A mistyped command or option names the one that was meant")
  func mistakes() throws {
    for (given, meant) in [
      ("algin", "align"), ("Correlate", "correlate"), ("tun", "tune"), ("conv2", "conv2d"),
      ("hlep", "help"), ("version", "--version"),
    ] {
      for arguments in [[given, "a.wav"], ["help", given], [given, "--json"]] {
        let result = try overlap(arguments)
        #expect(result.status == 64 && result.output == "")
        #expect(
          result.errors.hasPrefix(
            "overlap: There is no command '\(given)'. Did you mean '\(meant)'?"),
          "\(result.errors)")
        #expect(result.errors.filter { $0 == "\n" }.count == 1)
      }
    }
    #expect(try overlap("align", "--dirft", "a", "b").errors.contains("Did you mean '--drift'?"))
    #expect(try overlap("--verison").errors.contains("Did you mean '--version'?"))
    let nonsense = try overlap("nonsense").errors
    #expect(!nonsense.contains("Did you mean") && nonsense.contains("The commands are align, "))
    #expect(try overlap("help", "align").output == overlap("align", "--help").output)
  }

  @Test(
    "A wrong value says which are right, with an example",
    arguments: [
      ("align --band 5 a b", "such as 300-3000"), ("align --threads 0 a b", "such as 2"),
      ("align --threads two a b", "such as 2"), ("align --max-delay -1 a b", "such as 30"),
      ("align --max-delay x a b", "such as 30"), ("align --plot a.gif a b", ".svg, .png or .pdf"),
      ("align --weighting x a b", "'phat'"), ("align --threshold 0 a b", "such as 1e-3"),
      ("align --channel x a b", "number of a channel from 1 on"),
      ("convolve a b -o", "The file to write"), ("convolve a b", "The file to write"),
      ("convolve a b -o c --boundary 5", "constant=0.5"), ("convolve a b -o c --mode x", "'valid'"),
      ("plan 5x 7", "480x640"), ("match --count 0 a b", "such as 3"),
      ("conv2d a b -o c --stride 1,2,3", "such as 2,1"),
      ("correlation-layer a b -o c --kernel-size x", "such as 3"),
    ])
  func values(line: String, words: String) throws {
    let result = try overlap(line.split(separator: " ").map(String.init))
    #expect(result.status == 64 && result.output == "")
    #expect(result.errors.contains(words), "\(result.errors)")
    #expect(result.errors.filter { $0 == "\n" }.count == 1)
  }

  @Test("A file's name that the parser takes for options, or that is none, is told of")
  func names() throws {
    let files = TemporaryFiles()
    _ = files.write([], "-dash.wav")
    let dash = try overlap(["align", "-dash.wav", "b.wav"], directory: files.directory)
    #expect(dash.status == 64 && dash.output == "")
    #expect(dash.errors.contains("write './-dash.wav'"))
    for arguments in [["--", "-dash.wav", "b.wav"], ["./-dash.wav", "b.wav"]] {
      let result = try overlap(["align"] + arguments, directory: files.directory)
      #expect(result.status == 65, "\(result.errors)")
    }
    for arguments in [["align", "", "b.wav"], ["convolve", "a.wav", "b.wav", "-o", ""]] {
      let empty = try overlap(arguments)
      #expect(empty.status == 64 && empty.errors.contains("An argument is empty"))
    }
  }

  @Test("Bash completes files of the kinds that are meant, and directories")
  func completion() throws {
    let files = TemporaryFiles()
    for name in [
      "sound one.wav", "sound-two.MOV", "sound.svg", "sound.npy", "sound.png", "sound.index",
      "sound.otio",
    ] {
      _ = files.write([], name)
    }
    _ = try run("mkdir", [files.directory + "/sounds"])
    let script = files.write(
      Array(try overlap("--generate-completion-script", "bash").output.utf8), "overlap.bash")
    func completions(_ words: [String]) throws -> [String] {
      let result = try run(
        "bash",
        [
          "-c",
          """
          cd "$1"; shift; source "$1"; shift; COMP_WORDS=(overlap "$@"); COMP_CWORD=$#
          COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}
          _overlap overlap "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
          printf '%s\\n' "${COMPREPLY[@]}"
          """, "bash", files.directory, script,
        ] + words)
      return result.output.split(separator: "\n").map(String.init).sorted()
    }
    let recordings = ["sound one.wav", "sound-two.MOV", "sounds"]
    for words in [["session", "card"], ["latency"], ["probe"], ["index", "-o", "all.index"]] {
      #expect(try completions(words + ["sou"]) == recordings, "\(words)")
    }
    let orArrays = ["sound one.wav", "sound-two.MOV", "sound.npy", "sounds"]
    for words in [["align"], ["align", "a.wav", "b.wav"], ["align", "--drift", "a.wav"]] {
      #expect(try completions(words + ["sou"]) == orArrays, "\(words)")
    }
    let signals = ["sound one.wav", "sound-two.MOV", "sound.npy", "sound.png", "sounds"]
    #expect(try completions(["convolve", "a.wav", "sou"]) == signals)
    #expect(try completions(["correlate", "sou"]) == signals)
    let written = ["sound one.wav", "sound.npy", "sound.png", "sounds"]
    #expect(try completions(["convolve", "a.wav", "b.wav", "-o", "sou"]) == written)
    let arrays = ["sound.npy", "sounds"]
    #expect(try completions(["conv2d", "a", "b", "--weight-gradient", "sou"]) == arrays)
    #expect(try completions(["correlate", "a", "b", "--lags", "sou"]) == arrays)
    #expect(try completions(["match", "sou"]) == ["sound.npy", "sound.png", "sounds"])
    let everything = [
      "sound one.wav", "sound-two.MOV", "sound.index", "sound.npy", "sound.otio", "sound.png",
      "sound.svg", "sounds",
    ]
    #expect(try completions(["find", "a.wav", "sou"]) == everything)
    #expect(
      try completions(["align", "--plot", "sou"]) == ["sound.png", "sound.svg", "sounds"])
    #expect(try completions(["session", "card", "--timeline", "sou"]) == ["sound.otio", "sounds"])
    #expect(try completions(["align", "--output-dir", "sou"]) == ["sounds"])
    #expect(try completions(["align", "--weighting", "p"]) == ["phat"])
    #expect(try completions(["align", "--channel", "m"]) == ["mix"])
    #expect(
      try completions(["conv2d", "a", "b", "--padding", "same"]) == ["same-lower", "same-upper"])
    #expect(try completions(["al"]) == ["align"])
  }
}
