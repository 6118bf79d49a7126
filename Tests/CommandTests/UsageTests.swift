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
    }
    #expect(try overlap("align", "--version").output == plain.output)
  }

  @Test("A mistyped command or option names the one that was meant")
  func mistakes() throws {
    for (given, meant) in [
      ("algin", "align"), ("Correlate", "correlate"), ("tun", "tune"), ("conv2", "conv2d"),
    ] {
      let result = try overlap(given, "a.wav")
      #expect(result.status == 64)
      #expect(result.errors.contains("Did you mean '\(meant)'?"), "\(result.errors)")
      #expect(result.errors.filter { $0 == "\n" }.count == 1)
    }
    #expect(try overlap("align", "--dirft", "a", "b").errors.contains("Did you mean '--drift'?"))
    #expect(!(try overlap("nonsense").errors.contains("Did you mean")))
  }
}
