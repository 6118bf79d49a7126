import ArgumentParser
import SignalFiles

/// What a layer's command says besides its files.
struct LayerReport: ParsableArguments {
  @Flag(help: "Print one JSON object for each file that was written.")
  var json = false

  @Flag(help: "Print no notes and show no progress.")
  var quiet = false

  /// Tells that a file was written, if that was asked for.
  func print(_ path: String, _ array: NumPyArray) {
    guard json else { return }
    var object = JSONObject()
    object.add("output", path)
    object.add("shape", .numbers(array.shape))
    object.add("dtype", array.elementType.rawValue)
    printResult(object.line)
  }
}
