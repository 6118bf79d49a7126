// SPDX-License-Identifier: MIT

import CInterface
import COverlap
import Testing

@Suite("C interface: errors", .serialized)
struct ErrorTests {
  private let signal = CArray([1.0, 2, 3, 4], [4])
  private let kernel = CArray([1.0, 2], [2])
  private let result = CArray(repeating: 0.0, [5])

  private func status(
    _ options: TestOptions = TestOptions(), output: CArray<Double>? = nil
  ) -> overlap_status {
    run(signal, kernel, into: output ?? result, options)
  }

  @Test("What is NULL is named")
  func null() {
    let (a, b, c) = unsafe (signal.pointer, kernel.pointer, result.pointer)
    #expect(unsafe overlap_convolve(OVERLAP_FLOAT64, nil, b, c, nil) == OVERLAP_INVALID_ARGUMENT)
    #expect(message == "the signal is NULL")
    #expect(unsafe overlap_correlate(OVERLAP_FLOAT64, a, nil, c, nil) == OVERLAP_INVALID_ARGUMENT)
    #expect(message == "the kernel is NULL")
    #expect(unsafe overlap_convolve(OVERLAP_FLOAT64, a, b, nil, nil) == OVERLAP_INVALID_ARGUMENT)
    #expect(message == "the output is NULL")
    var shape: [Int64] = [4]
    unsafe shape.withUnsafeBufferPointer { shape in
      var array = unsafe overlap_array(data: nil, rank: 1, shape: shape.baseAddress, strides: nil)
      #expect(
        unsafe overlap_convolve(OVERLAP_FLOAT64, &array, b, c, nil) == OVERLAP_INVALID_ARGUMENT)
      #expect(message == "the signal has no data")
      unsafe array.shape = nil
      #expect(
        unsafe overlap_convolve(OVERLAP_FLOAT64, &array, b, c, nil) == OVERLAP_INVALID_ARGUMENT)
      #expect(message == "the signal has no shape")
    }
    for status in unsafe [
      overlap_plan_create(OVERLAP_FLOAT64, OVERLAP_CONVOLUTION, b, nil, nil),
      overlap_plan_execute(nil, a, c), overlap_plan_result_shape(nil, 1, [4], &shape),
      overlap_filter_create(OVERLAP_FLOAT64, b, 0, nil), overlap_filter_push(nil, a, c),
      overlap_filter_reset(nil), overlap_estimate_delay(OVERLAP_FLOAT64, a, b, 8000, nil, nil),
      overlap_result_shape(1, nil, 1, [4], nil, &shape),
      overlap_result_shape(1, [4], 1, [4], nil, nil),
      overlap_choose_method(OVERLAP_FLOAT64, 1, [4], 1, [4], nil, nil, nil),
      overlap_convolution_layer_forward(OVERLAP_FLOAT64, nil, a, b, nil, 0, c),
      overlap_convolution_layer_shape(nil, [1, 1, 1, 1], [1, 1, 1, 1], &shape),
      overlap_correlation_layer_forward(OVERLAP_FLOAT64, nil, a, b, 0, c),
      overlap_correlation_layer_shape(nil, [1, 1, 1, 1], &shape),
    ] { #expect(status == OVERLAP_INVALID_ARGUMENT) }
    let image = CArray(repeating: 1.0, [4, 4])
    let pointer = unsafe image.pointer
    #expect(
      unsafe overlap_register(OVERLAP_FLOAT64, pointer, pointer, 0, nil)
        == OVERLAP_INVALID_ARGUMENT)
    #expect(
      unsafe overlap_find_template(OVERLAP_FLOAT64, pointer, pointer, 0, 1, nil, nil)
        == OVERLAP_INVALID_ARGUMENT)
  }

  @Test("Numbers that make no sense are told, with what is possible")
  func numbers() {
    let bad = UInt32.max
    #expect(status(TestOptions(mode: overlap_mode(rawValue: bad))) == OVERLAP_INVALID_ARGUMENT)
    #expect(message == "a mode is one of 0 to 3, not 4294967295")
    #expect(
      status(TestOptions(boundary: overlap_boundary(rawValue: 6))) == OVERLAP_INVALID_ARGUMENT)
    #expect(status(TestOptions(method: overlap_method(rawValue: 5))) == OVERLAP_INVALID_ARGUMENT)
    #expect(status(TestOptions(threads: -1)) == OVERLAP_INVALID_ARGUMENT)
    #expect(status(TestOptions(axes: [1])) == OVERLAP_INVALID_ARGUMENT)
    #expect(status(TestOptions(axes: [-2])) == OVERLAP_INVALID_ARGUMENT)
    #expect(status(TestOptions(axes: [0, 0])) == OVERLAP_INVALID_ARGUMENT)
    #expect(message == "axis 0 is given twice")
    #expect(status(TestOptions(mode: OVERLAP_LAGS)) == OVERLAP_INVALID_ARGUMENT)
    #expect(
      status(TestOptions(mode: OVERLAP_LAGS, lags: [0...Int(Int64.max)]))
        == OVERLAP_INVALID_ARGUMENT)
    #expect(status(TestOptions(resultType: OVERLAP_INT8)) == OVERLAP_INVALID_ARGUMENT)
    let (a, b, c) = unsafe (signal.pointer, kernel.pointer, result.pointer)
    for code in [0, 13, bad] as [UInt32] {
      let type = overlap_type(rawValue: code)
      #expect(unsafe overlap_convolve(type, a, b, c, nil) == OVERLAP_INVALID_ARGUMENT)
    }
    var plan: OpaquePointer?
    #expect(
      unsafe overlap_plan_create(OVERLAP_FLOAT64, overlap_operation(rawValue: 2), b, nil, &plan)
        == OVERLAP_INVALID_ARGUMENT)
    #expect(
      unsafe overlap_filter_create(OVERLAP_FLOAT64, b, -1, &plan) == OVERLAP_INVALID_ARGUMENT)
    #expect(
      unsafe overlap_filter_create(OVERLAP_FLOAT64, b, .max, &plan) == OVERLAP_INVALID_ARGUMENT)
    #expect(
      unsafe overlap_filter_create(OVERLAP_INT32, b, 0, &plan) == OVERLAP_INVALID_ARGUMENT)
    #expect(unsafe plan == nil)
    let integers = CArray([1, 2] as [Int32], [2])
    let fraction = TestOptions(boundary: OVERLAP_CONSTANT, constant: 0.5)
    #expect(
      run(integers, integers, into: CArray(repeating: Int32(0), [3]), fraction)
        == OVERLAP_INVALID_ARGUMENT)
  }

  @Test("Shapes that do not go together are told, both of them")
  func shapes() {
    #expect(status(output: CArray(repeating: 0.0, [4])) == OVERLAP_WRONG_SHAPE)
    #expect(
      message == "this convolution has 5 results, and the buffer for them has 4 elements")
    #expect(status(output: CArray(repeating: 0.0, [5, 1])) == OVERLAP_WRONG_SHAPE)
    #expect(message == "the result has the shape 5, and the output 5 x 1")
    let (wide, high) = (CArray(repeating: 1.0, [2, 3]), CArray(repeating: 1.0, [3, 2]))
    #expect(
      run(wide, high, into: result, TestOptions(mode: OVERLAP_VALID)) == OVERLAP_WRONG_SHAPE)
    #expect(run(wide, high, into: result, TestOptions(axes: [0])) == OVERLAP_WRONG_SHAPE)
    #expect(run(kernel, wide, into: result) == OVERLAP_WRONG_SHAPE)
    #expect(run(wide, kernel, into: result, TestOptions(axes: [])) == OVERLAP_WRONG_SHAPE)
    let four = CArray(repeating: 1.0, [2, 2, 2, 2])
    #expect(
      run(
        four, four, into: CArray(repeating: 0.0, [3, 3, 3, 3]),
        TestOptions(boundary: OVERLAP_WRAP)) == OVERLAP_WRONG_SHAPE)
    func shaped(_ shape: [Int64], _ strides: [Int64]? = nil, isWritten: Bool = false)
      -> overlap_status
    {
      unsafe withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 16) { memory in
        unsafe shape.withUnsafeBufferPointer { shape in
          unsafe (strides ?? []).withUnsafeBufferPointer { numbers in
            var array = unsafe overlap_array(
              data: memory.baseAddress! + 2048, rank: Int32(shape.count), shape: shape.baseAddress,
              strides: strides == nil ? nil : numbers.baseAddress)
            let (first, last) = unsafe (signal.pointer, result.pointer)
            return isWritten
              ? unsafe overlap_convolve(OVERLAP_FLOAT64, first, first, &array, nil)
              : unsafe overlap_convolve(OVERLAP_FLOAT64, &array, first, last, nil)
          }
        }
      }
    }
    #expect(shaped([-1]) == OVERLAP_WRONG_SHAPE)
    #expect(shaped([Int64.max]) == OVERLAP_WRONG_SHAPE)
    #expect(shaped([1 << 30, 1 << 30, 1 << 30]) == OVERLAP_WRONG_SHAPE)
    #expect(shaped([4], [Int64.max]) == OVERLAP_WRONG_SHAPE)
    #expect(shaped([4], [Int64.min]) == OVERLAP_WRONG_SHAPE)
    #expect(shaped([Int64](repeating: 1, count: 65)) == OVERLAP_WRONG_SHAPE)
    #expect(shaped([7], [0], isWritten: true) == OVERLAP_WRONG_SHAPE)
  }

  @Test("A stride of 0 repeats an element that is read")
  func repeated() {
    var value = 2.0
    let numbers = [4, 0] as [Int64]
    unsafe withUnsafeMutablePointer(to: &value) { value in
      unsafe numbers.withUnsafeBufferPointer { numbers in
        let start = numbers.baseAddress!
        var array = unsafe overlap_array(data: value, rank: 1, shape: start, strides: start + 1)
        #expect(
          unsafe overlap_convolve(OVERLAP_FLOAT64, &array, kernel.pointer, result.pointer, nil)
            == OVERLAP_OK)
      }
    }
    #expect(result.elements == [2, 6, 6, 6, 4])
  }

  @Test("Data of which nothing can be said, and shapes that searches and layers refuse")
  func searches() {
    let silence = CArray(repeating: Float(0), [30_000])
    var delay = overlap_delay()
    #expect(
      unsafe overlap_estimate_delay(
        OVERLAP_FLOAT32, silence.pointer, silence.pointer, 8000, nil, &delay)
        == OVERLAP_UNFIT_DATA)
    #expect(
      unsafe overlap_estimate_delay(
        OVERLAP_FLOAT32, silence.pointer, silence.pointer, .nan, nil, &delay)
        == OVERLAP_INVALID_ARGUMENT)
    var options = overlap_delay_options()
    options.lowest_frequency = 9
    #expect(
      unsafe overlap_estimate_delay(
        OVERLAP_FLOAT32, silence.pointer, silence.pointer, 8000, &options, &delay)
        == OVERLAP_INVALID_ARGUMENT)
    let flat = CArray(repeating: 1.0, [8, 8])
    var shift = overlap_translation()
    #expect(
      unsafe overlap_register(OVERLAP_FLOAT64, flat.pointer, flat.pointer, 0, &shift)
        == OVERLAP_UNFIT_DATA)
    #expect(
      unsafe overlap_register(OVERLAP_FLOAT64, flat.pointer, signal.pointer, 0, &shift)
        == OVERLAP_WRONG_SHAPE)
    #expect(
      unsafe overlap_register(OVERLAP_INT64, flat.pointer, flat.pointer, 0, &shift)
        == OVERLAP_INVALID_ARGUMENT)
    var layer = overlap_convolution_layer()
    let maps = CArray(repeating: 1.0, [1, 2, 4, 4])
    func forward(_ output: [Int]) -> overlap_status {
      let output = CArray(repeating: 0.0, output)
      return unsafe overlap_convolution_layer_forward(
        OVERLAP_FLOAT64, &layer, maps.pointer, maps.pointer, nil, 0, output.pointer)
    }
    #expect(forward([1, 1, 1, 1]) == OVERLAP_OK)
    #expect(forward([1, 1, 1, 2]) == OVERLAP_WRONG_SHAPE)
    layer.groups = 3
    #expect(forward([1, 1, 1, 1]) == OVERLAP_WRONG_SHAPE)
    layer.groups = -1
    #expect(forward([1, 1, 1, 1]) == OVERLAP_INVALID_ARGUMENT)
    var correlation = overlap_correlation_layer()
    correlation.kernel_size = 2
    var shape = [Int64](repeating: 0, count: 4)
    #expect(
      unsafe overlap_correlation_layer_shape(&correlation, [1, 1, 9, 9], &shape)
        == OVERLAP_INVALID_ARGUMENT)
    correlation = overlap_correlation_layer()
    correlation.absolute_difference = 2
    #expect(
      unsafe overlap_correlation_layer_shape(&correlation, [1, 1, 9, 9], &shape)
        == OVERLAP_INVALID_ARGUMENT)
  }
}
