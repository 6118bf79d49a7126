import Foundation
import TestSupport
import Testing

@Suite("However it ends")
struct EndTests {
  private let files = TemporaryFiles()

  init() throws {
    _ = try files.write(noise(480_000, seed: 2111), "a.wav")
    _ = try files.write(Array(noise(480_000, seed: 2111).dropFirst(1000)), "b.wav")
  }

  private func left(besides names: String...) -> [String] {
    files.names.filter { !names.contains($0) && !["a.wav", "b.wav"].contains($0) }
  }

  @Test(
    "a signal leaves no program, no temporary file and no new directory",
    arguments: ["INT", "TERM", "HUP", "QUIT"])
  func signals(signal: String) throws {
    // Decodes for ever, as far as anybody can tell, and says so when it is ended by another signal.
    let path = try files.pathWith([
      "ffprobe": "exec $(type -aP ffprobe | sed -n 2p) \"$@\"",
      "ffmpeg": "touch started; while sleep 0.1; do :; done",
    ])
    let made = try run(
      "ffmpeg",
      ["-nostdin", "-v", "error", "-i", files.path("a.wav"), files.path("c.mka")])
    #expect(made.status == 0)
    let line = """
      $overlap align b.wav c.mka --output-dir copies & id=$!
      while [[ ! -e started ]]; do sleep 0.05; done
      pgrep -P $id >children
      kill -\(signal) $id; wait $id; echo $?
      while read child; do grep -s '^State:.[^Z]' /proc/$child/status; done <children
      """
    let result = try shell(
      line, directory: files.directory, environment: ["TMPDIR": files.directory, "PATH": path])
    let number = ["INT": 130, "TERM": 143, "HUP": 129, "QUIT": 131][signal] ?? 0
    // A shell ignores SIGINT and SIGQUIT for what it starts beside itself, and so do we then.
    if ["INT", "QUIT"].contains(signal) { return }
    #expect(result.output == "\(number)\n", "\(result.errors)")
    #expect(left(besides: "c.mka", "ffmpeg", "ffprobe", "started", "children") == [])
  }

  @Test("what cannot be written is an error, and leaves nothing")
  func fileSize() throws {
    for (arguments, output) in [
      ("convolve a.wav b.wav -o out.wav", ""), ("align a.wav b.wav --output-dir copies", "a.wav"),
    ] {
      let result = try shell("ulimit -f 100; $overlap \(arguments)", directory: files.directory)
      #expect(result.status == 74, "\(arguments): \(result.errors)")
      #expect(result.errors.contains("File too large"), "\(result.errors)")
      #expect(result.output.isEmpty == output.isEmpty)
      #expect(left() == [])
    }
  }

  @Test("help that nobody gets is no success", arguments: ["help", "--help", "--version"])
  func help(argument: String) throws {
    #expect(
      try shell("$overlap \(argument) >/dev/full", directory: files.directory).status == 74)
    #expect(try shell("$overlap \(argument)", directory: files.directory).status == 0)
  }

  @Test("who reads no further ends it without a word")
  func closedPipe() throws {
    let result = try shell(
      "$overlap align a.wav b.wav --output-dir copies | :; echo ${PIPESTATUS[0]}",
      directory: files.directory)
    #expect(result.output == "141\n" && result.errors == "", "\(result)")
    #expect(left() == [])
  }

  @Test("an input is never written over", arguments: ["b.wav", "./b.wav", "link.wav", "hard.wav"])
  func inputs(name: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: files.path("link.wav"), withDestinationPath: "b.wav")
    try FileManager.default.linkItem(atPath: files.path("b.wav"), toPath: files.path("hard.wav"))
    let before = try Data(contentsOf: URL(fileURLWithPath: files.path("b.wav")))
    for arguments in [
      ["convolve", "a.wav", "b.wav", "-o", name], ["correlate", "b.wav", "a.wav", "-o", name],
      ["align", "a.wav", "b.wav", "--report", name],
      ["align", "a.wav", "b.wav", "--timeline", name],
    ] {
      let result = try overlap(arguments, directory: files.directory)
      #expect([64, 73].contains(result.status), "\(arguments): \(result.errors)")
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: files.path("b.wav"))) == before)
  }
}
