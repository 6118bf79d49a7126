// SPDX-License-Identifier: MIT

import CInterface
import COverlap
import TestSupport
import Testing

/// Arguments of every kind, most of them wrong: each call gives a status that exists, and nothing ends the
/// process.
@Suite("C interface: random arguments")
struct RandomArgumentTests {
  private static let statuses: Set<UInt32> = Set(0...5)

  @Test("No argument ends the process")
  func randomArguments() {
    let seed = UInt64.random(in: 0..<UInt64.max)
    // At once: what ends the process reports nothing.
    print("C interface: random arguments of seed \(seed)")
    var arguments = Arguments(seed: seed)
    var counts = [UInt32: Int]()
    for number in 0..<20_000 {
      let status = arguments.call()
      #expect(Self.statuses.contains(status.rawValue), "seed \(seed), call \(number)")
      counts[status.rawValue, default: 0] += 1
    }
    // The arguments are neither all wrong nor all right.
    #expect((counts[0] ?? 0) > 100 && (counts[1] ?? 0) > 100 && (counts[2] ?? 0) > 100, "\(counts)")
  }
}

/// Random calls into memory that every shape that is not impossible lies in.
@safe private struct Arguments {
  private var generator: SeededGenerator
  /// Of so many bytes on either side of the middle.
  private let memory: UnsafeMutableRawPointer
  private let numbers: UnsafeMutablePointer<Int64>
  private static let side = 1 << 17

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
    // Kept to the end of the process.
    unsafe memory = .allocate(byteCount: 2 * Self.side, alignment: 16)
    unsafe memory.initializeMemory(as: UInt8.self, repeating: 1, count: 2 * Self.side)
    unsafe numbers = .allocate(capacity: 4096)
  }

  private mutating func chance(_ one: Int) -> Bool {
    Int.random(in: 0..<one, using: &generator) == 0
  }

  private mutating func number(_ range: ClosedRange<Int64>) -> Int64 {
    guard chance(40) else { return .random(in: range, using: &generator) }
    return [-1, 0, .min, .max, 1 << 62].randomElement(using: &generator) ?? 0
  }

  private mutating func code(_ most: UInt32) -> UInt32 {
    chance(40)
      ? .random(in: 0...UInt32.max, using: &generator) : .random(in: 0...most, using: &generator)
  }

  /// Numbers at a place of their own.
  private mutating func place(
    _ slot: Int, _ count: Int, _ range: ClosedRange<Int64>
  ) -> UnsafeMutablePointer<Int64>? {
    let start = unsafe numbers + 256 * slot
    for index in 0..<200 { unsafe start[index] = index < count ? number(range) : 1 }
    return chance(60) ? nil : unsafe start
  }

  private mutating func array(_ slot: Int, rank: Int32? = nil) -> overlap_array {
    let rank =
      chance(50)
      ? Int32.random(in: -2...70, using: &generator)
      : rank ?? Int32.random(in: 0...4, using: &generator)
    let shape = unsafe place(2 * slot, max(0, Int(rank)), 0...6)
    // Five strides of up to 90 elements of 16 bytes, six elements long each, stay on either side; beyond
    // four axes all lengths are 1 or impossible.
    let strides = unsafe place(2 * slot + 1, max(0, Int(rank)), -1500...1500)
    if let shape = unsafe shape, rank > 4 {
      for axis in 4..<200 { unsafe shape[axis] = 1 }
    }
    return unsafe overlap_array(
      data: chance(50) ? nil : memory + Self.side, rank: rank, shape: shape,
      strides: chance(3) ? strides : nil)
  }

  private mutating func options() -> overlap_options {
    var options = unsafe overlap_options()
    unsafe options.mode = overlap_mode(rawValue: code(3))
    unsafe options.boundary = overlap_boundary(rawValue: chance(2) ? 0 : code(5))
    unsafe options.method = overlap_method(rawValue: code(4))
    unsafe options.threads = chance(40) ? -5 : 1
    unsafe options.result_type = overlap_type(rawValue: chance(4) ? code(12) : 0)
    unsafe options.axis_count = chance(40) ? -1 : Int32.random(in: 0...3, using: &generator)
    unsafe options.axes = chance(2) ? UnsafePointer(place(10, 3, -3...3)) : nil
    unsafe options.lags = UnsafePointer(place(11, 140, -4...4))
    return unsafe options
  }

  mutating func call() -> overlap_status {
    var (a, b, c) = unsafe (array(0), array(1), array(2))
    var options = unsafe options()
    let type = overlap_type(rawValue: code(12))
    let isTold = !chance(5)
    var shape = [Int64](repeating: 0, count: 256)
    let (n, m) = unsafe (UnsafePointer(place(12, 4, 0...9)), UnsafePointer(place(13, 4, 0...5)))
    let (rank, kernelRank) = (
      Int32(truncatingIfNeeded: number(0...4)), Int32(truncatingIfNeeded: number(0...4))
    )
    switch Int.random(in: 0..<10, using: &generator) {
    case 0...2:
      // Mostly with the output that belongs to it.
      if chance(10) { return unsafe overlap_convolve(type, &a, &b, &c, &options) }
      let status = unsafe overlap_result_shape(a.rank, a.shape, b.rank, b.shape, &options, &shape)
      let lengths = shape.prefix(max(0, Int(unsafe a.rank)))
      guard status == OVERLAP_OK, lengths.reduce(1.0, { $0 * Double($1) }) < 4096 else {
        return status
      }
      return unsafe shape.withUnsafeBufferPointer { shape in
        var result = unsafe overlap_array(
          data: memory, rank: a.rank, shape: shape.baseAddress, strides: nil)
        return unsafe overlap_correlate(type, &a, &b, &result, &options)
      }
    case 3:
      guard isTold else {
        return unsafe overlap_result_shape(rank, n, kernelRank, m, nil, &shape)
      }
      return unsafe overlap_result_shape(rank, n, kernelRank, m, &options, &shape)
    case 4:
      var method = OVERLAP_AUTOMATIC
      return unsafe overlap_choose_method(
        type, rank, n, kernelRank, m, &options, &method, nil)
    case 5:
      var plan: OpaquePointer?
      let status = unsafe overlap_plan_create(
        type, overlap_operation(rawValue: code(1)), &b, &options, &plan)
      guard status == OVERLAP_OK else { return status }
      defer { unsafe overlap_plan_destroy(plan) }
      _ = unsafe overlap_plan_result_shape(plan, rank, n, &shape)
      return unsafe overlap_plan_execute(plan, &a, &c)
    case 6:
      var filter: OpaquePointer?
      let status = unsafe overlap_filter_create(type, &b, number(0...100), &filter)
      guard status == OVERLAP_OK else { return status }
      defer { unsafe overlap_filter_destroy(filter) }
      return unsafe overlap_filter_push(filter, &a, &c)
    case 7:
      var search = overlap_delay_options()
      search.maximum_delay = chance(2) ? 0 : .random(in: -1...9, using: &generator)
      var delay = overlap_delay()
      return unsafe overlap_estimate_delay(
        type, &a, &b, chance(9) ? -.infinity : 100, &search, &delay)
    case 8:
      if chance(2) {
        var shift = overlap_translation()
        return unsafe overlap_register(type, &a, &b, 1, &shift)
      }
      var (matches, count) = ([overlap_match](repeating: overlap_match(), count: 9), Int64(0))
      return unsafe overlap_find_template(
        type, &a, &b, 1, chance(9) ? -1 : 9, &matches, &count)
    default:
      let maps = unsafe array(3, rank: 4)
      unsafe a = maps
      if chance(2) {
        var layer = overlap_convolution_layer()
        layer.stride = (number(0...2), number(0...2))
        layer.padding = (number(0...2), number(0...2), number(0...2), number(0...2))
        layer.dilation = (number(0...2), number(0...2))
        layer.groups = number(0...2)
        unsafe b = array(4, rank: 4)
        unsafe c = array(5, rank: 4)
        _ = unsafe overlap_convolution_layer_shape(&layer, n, m, &shape)
        return unsafe overlap_convolution_layer_forward(type, &layer, &a, &b, nil, 1, &c)
      }
      var layer = overlap_correlation_layer()
      layer.kernel_size = number(0...3)
      layer.max_displacement = (number(0...2), number(0...2))
      layer.stride = number(0...2)
      layer.displacement_stride = number(0...2)
      layer.padding = number(0...4)
      _ = unsafe overlap_correlation_layer_shape(&layer, n, &shape)
      unsafe b = a
      unsafe c = array(5, rank: 4)
      return unsafe overlap_correlation_layer_forward(type, &layer, &a, &b, 1, &c)
    }
  }
}
