// SPDX-License-Identifier: MIT

import Testing

import Sessions

/// What names and numbers become in each format.
@Suite struct TextTests {
  private static let name = "a \"b\" 'c' `d` & <e>,\nü\t\u{1}é\u{FFFD}"

  private static func media(_ path: String) -> Timeline.Media {
    Timeline.Media(path: path, duration: 1)
  }

  @Test(arguments: [
    (0, "0"), (1, "1"), (-1.5, "-1.5"), (0.1, "0.1"), (1e-9, "0.000000001"), (1e-10, "0"),
    (123_456.789, "123456.789"), (0.9999999999, "1"), (1e15, "1000000000000000"), (-1e-12, "0"),
    (.nan, "0"), (.infinity, "0"),
  ]) func writesDecimals(value: Double, text: String) {
    #expect(DecimalText.text(value) == text)
  }

  @Test func keepsThePlacesOfSpeeds() {
    #expect(DecimalText.text(1.000012345678, digits: 12) == "1.000012345678")
    #expect(DecimalText.text(86_400.000000000001, digits: 12) == "86400")
  }

  @Test func escapesMarkup() {
    #expect(
      MarkupElement.escaped(Self.name)
        == "a &quot;b&quot; 'c' `d` &amp; &lt;e&gt;,&#10;ü&#9;\u{FFFD}é\u{FFFD}")
    let element = MarkupElement("a", ["b": "\"&\r"], [MarkupElement("c", text: "<")])
    #expect(
      element.document(type: "a") == """
        <?xml version="1.0" encoding="UTF-8"?>
        <!DOCTYPE a>
        <a b="&quot;&amp;&#13;">
          <c>&lt;</c>
        </a>

        """)
  }

  @Test func quotesJSON() {
    #expect(
      JSONValue.quoted(Self.name)
        == "\"a \\\"b\\\" 'c' `d` & <e>,\\u000aü\\u0009\\u0001é\u{FFFD}\"")
    #expect(JSONValue.quoted("\\") == "\"\\\\\"")
    let value = JSONValue.array([.null, .bool(true), .number(1), .number(.nan), .members([])])
    #expect(value.document == "[\n  null,\n  true,\n  1.0,\n  null,\n  {}\n]\n")
  }

  @Test func quotesTableFields() {
    #expect(TimelineTable.quoted("plain é;") == "plain é;")
    #expect(TimelineTable.quoted("a,b") == "\"a,b\"")
    #expect(TimelineTable.quoted("a\"b") == "\"a\"\"b\"")
    #expect(TimelineTable.quoted("a\r\nb") == "\"a\r\nb\"")
  }

  @Test func quotesForReaper() {
    #expect(ReaperProject.quoted("a b") == "\"a b\"")
    #expect(ReaperProject.quoted("a \"b\"") == "'a \"b\"'")
    #expect(ReaperProject.quoted("\"b\" 'c'") == "`\"b\" 'c'`")
    #expect(ReaperProject.quoted("\"'`\n") == "`\"'' `")
  }

  @Test func encodesAddresses() {
    #expect(
      Self.media("/a b/ü&<\"'%#?\n.mov").url()
        == "file:///a%20b/%C3%BC%26%3C%22%27%25%23%3F%0A.mov")
    #expect(Self.media("/x~._-9").url(host: "localhost") == "file://localhost/x~._-9")
    #expect(Self.media("/a/\u{FFFD}").url() == "file:///a/%EF%BF%BD")
  }

  @Test func namesFiles() {
    #expect(NameText.filePart("A/B: \"C\"") == "A-B- -C-")
    #expect(NameText.filePart(" .hidden. ") == "hidden")
    #expect(NameText.filePart("/") == "-")
    #expect(NameText.filePart("...") == "track")
    #expect(NameText.filePart(String(repeating: "ü", count: 90)).utf8.count == 100)
    var taken: Set<String> = []
    let names = ["a", "A", "a", "b"].map { NameText.unique($0, among: &taken) }
    #expect(names == ["a", "A-2", "a-3", "b"])
  }

  @Test func leavesOutWhatListsCannotName() {
    let timeline = Timeline(
      name: "a\nb", frameRate: FrameRate(numerator: 25), sampleRate: 48_000,
      media: [Self.media("/a\"b.wav")],
      tracks: [
        .init(name: "t\tu", clips: [.init(media: 0, start: 0, duration: 1, sourceStart: 0)])
      ])
    let list = AudacityDocument(timeline).fileList
    #expect(list == "# a b\n# From 0 s to 1 s:\n# No list can name this file: /a\"b.wav\n")
    #expect(AudacityDocument(timeline).labels == "0\t1\tt u: a\"b.wav\n")
    #expect(EditDecisionList(timeline).text.contains("* SOURCE FILE: /a\"b.wav\r\n"))
  }
}
