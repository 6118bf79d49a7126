// SPDX-License-Identifier: MIT

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
      #expect(try parse(result.output)["version"] as? String == String(version))
      #expect(try parse(result.output)["batch_protocol"] as? Int == 1)
    }
    #expect(try overlap("align", "--version").output == plain.output)
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

  @Test("Bash completes files where files are meant")
  func completion() throws {
    let files = TemporaryFiles()
    for name in ["sound one.wav", "sound-two.wav", "sound.svg"] { _ = files.write([], name) }
    let script = files.write(
      Array(try overlap("--generate-completion-script", "bash").output.utf8), "overlap.bash")
    func completions(_ words: String...) throws -> [String] {
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
    let all = ["sound one.wav", "sound-two.wav", "sound.svg"]
    #expect(try completions("align", "sou") == all)
    #expect(try completions("align", "a.wav", "b.wav", "sou") == all)
    #expect(try completions("align", "--drift", "a.wav", "sou") == all)
    #expect(try completions("convolve", "a.wav", "sou") == all)
    #expect(try completions("convolve", "a.wav", "b.wav", "-o", "sou") == all)
    #expect(try completions("conv2d", "a", "b", "--weight-gradient", "sou") == all)
    #expect(try completions("align", "a.wav", "b.wav", "--plot", "sou") == ["sound.svg"])
    #expect(try completions("align", "a.wav", "b.wav", "--output-dir", "sou") == [])
    #expect(try completions("align", "--weighting", "p") == ["phat"])
    #expect(try completions("al") == ["align"])
  }
}
