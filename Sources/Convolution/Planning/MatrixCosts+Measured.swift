// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import ComplexModule
package import FourierTransform

extension MatrixCosts {
  /// Measures what the parts of a 2-D convolution take on this machine, in about five seconds, by the
  /// plans that FFTW's present wisdom gives.
  ///
  /// - Parameter largest: the longest transform of a row or a column to measure.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  @specialized(where Element == Complex<Float>)
  @specialized(where Element == Complex<Double>)
  package static func measured<Element: SignalElement>(
    for type: Element.Type, largest: Int = 1 << 12
  ) -> MatrixCosts {
    let timing = Timing2D<Element>(largest: largest)
    var costs = MatrixCosts(size: [1])
    timing.measureSums(&costs)
    timing.measurePasses(&costs)
    timing.measureBlocks(&costs)
    costs.size = timing.sizeCosts(costs)
    costs.transformCall = timing.transformCall(costs)
    return costs
  }
}

/// Times what the costs are made of.
private struct Timing2D<Element: SignalElement> {
  var largest: Int

  private var kind: ElementKind { ElementKind(Element.self) }

  private func noise(_ rows: Int, _ columns: Int) -> Matrix<Element> {
    Matrix(rows: rows, columns: columns, elements: Timing.noise(rows * columns))
  }

  /// Seconds of a convolution of an image, for as many results as it has elements.
  private func seconds(
    _ rows: Int, _ columns: Int, _ kernel: Matrix<Element>, _ method: ConvolutionMethod?
  ) -> Double {
    let image = noise(rows, columns)
    return Timing.seconds(rounds: 3) {
      _ = convolve(image, kernel, mode: .same, method: method, threads: 1)
    }
  }

  /// A result takes `result + kernelRows · kernelRow + (kernelRows + 1) · kernelColumns · product`:
  /// from a kernel of one tap, a square and a column.
  func measureSums(_ costs: inout MatrixCosts) {
    let call = seconds(1, 1, noise(1, 1), .direct)
    func perResult(_ kernel: Matrix<Element>, of rows: Int = 256, _ columns: Int = 256) -> Double {
      max(0, seconds(rows, columns, kernel, .direct) - call) / Double(rows * columns)
    }
    // 11 x 11: about where transforms begin to be faster, so that predictions are best there.
    let taps = 11
    let (one, column) = (perResult(noise(1, 1)), perResult(noise(taps, 1)))
    let product = (perResult(noise(taps, taps)) - column) / Double((taps + 1) * (taps - 1))
    let kernelRow = max(0, (column - one) / Double(taps - 1) - product)
    let result = max(0, one - kernelRow - 2 * product)
    (costs.directCall, costs.result, costs.kernelRow) = (call, result, kernelRow)
    // The same square on narrow images; 256 columns are as good as any number.
    costs.product = [8, 16, 32, 64, 128].map { columns in
      let each = perResult(noise(taps, taps), of: 64, columns)
      return max(product, (each - result - Double(taps) * kernelRow) / Double((taps + 1) * taps))
    }
    costs.product.append(product)
  }

  /// From two outer products, and one of them on a narrow image, of which rows are a larger part.
  func measurePasses(_ costs: inout MatrixCosts) {
    let (side, narrow) = (256, 32)
    let call = seconds(1, 1, noise(1, 1), .separable)
    func perRow(_ columns: Int, _ taps: Int) -> Double {
      let column: [Element] = Timing.noise(taps)
      let kernel = Matrix(column.map { a in column.map { a * $0 } })
      let search = SeparableKernel<Element>.secondsPerTap * Double(taps * taps)
      return max(0, seconds(side, columns, kernel, .separable) - call - search) / Double(side)
    }
    // A row takes `row + columns · (result + (5 + 5) · product)`.
    let (short, long, end) = (perRow(side, 5), perRow(side, 33), perRow(narrow, 5))
    let product = max(0, long - short) / Double(56 * side)
    let each = max(0, short - end) / Double(side - narrow)
    (costs.passCall, costs.passProduct) = (call, product)
    costs.passRow = max(0, short - Double(side) * each)
    costs.passResult = max(0, each - 10 * product)
  }

  /// Seconds of a block whose kernel has a quarter of its rows and columns.
  private func block(_ rows: Int, _ columns: Int) -> Double {
    let kernel = Kernel2D(noise(max(1, rows / 4), max(1, columns / 4)))
    let convolver = BlockConvolver2D(kernel, rows: rows, columns: columns)
    var scratch = convolver.makeScratch()
    let image = noise(rows, columns)
    let region = Region2D(
      rows: (kernel.rows - 1)..<rows, columns: (kernel.columns - 1)..<columns)
    var results = [Element](repeating: .zero, count: region.count)
    var output = results.mutableSpan
    return image.elements.span.withShared { samples in
      output.withShared { output in
        let block = Block2D(
          of: ExtendedImage(elements: samples, rows: rows, columns: columns, boundary: .zero),
          row: 0, column: 0, convolver.transform, results: region, kernel)
        return Timing.seconds(rounds: 3) {
          convolver.convolve(
            block, convolver.content(of: block, threads: 1),
            into: BlockOutput(elements: output, rowStride: region.columns.count), &scratch,
            threads: 1)
        }
      }
    }
  }

  /// What the rows and the columns of blocks take: a block of P rows and Q columns takes
  /// `w(P) Q · row[Q] + P K(Q) · column[P]`, with w rows there and back and K numbers in a row.
  ///
  /// Two series are timed, of 64 rows and of 64 columns. The block in both is divided in the middle of
  /// what they leave open: no part is more than the least of any block of its series for a sample.
  func measureBlocks(_ costs: inout MatrixCosts) {
    let side = 64
    let lengths = (0...TransformLengths.index(atLeast: largest)).map(TransformLengths.length(at:))
    // All rows are transformed forward, and the three quarters that are wanted back.
    func samples(_ rows: Int, _ columns: Int) -> Double {
      0.5 * Double(rows + rows - rows / 4 + 1) * Double(columns)
    }
    func numbers(_ rows: Int, _ columns: Int) -> Double {
      Double(rows * columns) * (kind.isComplex ? 1 : 0.5)
    }
    let wide = lengths.map { block(side, $0) }
    let tall = lengths.map { block($0, side) }
    let common = lengths.firstIndex(of: side).map { 0.5 * (wide[$0] + tall[$0]) } ?? wide[0]
    let most = zip(wide, lengths).map { $0 / numbers(side, $1) }.min() ?? 0
    let rowMost = zip(tall, lengths).map { $0 / samples($1, side) }.min() ?? 0
    let least = max(0, common - rowMost * samples(side, side)) / numbers(side, side)
    let columnPart = min(most, 0.5 * (least + most))
    let rowPart = (common - columnPart * numbers(side, side)) / samples(side, side)
    costs.row = zip(wide, lengths).map {
      max(0, $0 - columnPart * numbers(side, $1)) / samples(side, $1)
    }
    costs.column = zip(tall, lengths).map {
      max(0, $0 - rowPart * samples($1, side)) / numbers($1, side)
    }
  }

  /// Blocks of 2¹⁸, 2²⁰, … bytes over what their rows and columns say.
  func sizeCosts(_ costs: MatrixCosts) -> [Double] {
    var factors: [Double] = []
    var rows = 256
    while rows <= largest {
      // 2^(2k + 2) bytes for rows of 2^k.
      let numbers = 4 * rows * rows / kind.complexBytes
      let columns = numbers / rows * (kind.isComplex ? 1 : 2)
      let predicted = costs.blockSeconds(
        rowIndex: TransformLengths.index(atLeast: rows),
        columnIndex: TransformLengths.index(atLeast: columns), samples: rows,
        results: rows - rows / 4 + 1, kind)
      factors.append(block(rows, columns) / predicted)
      rows *= 2
    }
    return factors
  }

  /// A call is a transform of the kernel, half a block, the block, and the rest.
  func transformCall(_ costs: MatrixCosts) -> Double {
    let all = seconds(32, 32, noise(8, 8), .fft)
    let index = TransformLengths.index(atLeast: 32 + 4)
    let block = costs.blockSeconds(
      rowIndex: index, columnIndex: index, samples: 32, results: 32, kind)
    return max(0, all - 1.5 * block)
  }
}
