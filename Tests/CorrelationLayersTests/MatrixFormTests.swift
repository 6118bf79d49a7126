// SPDX-License-Identifier: MIT

import Convolution
import CorrelationLayers
import TestSupport
import Testing

/// The layer written as matrices gives the layer's own numbers.
@Suite struct MatrixFormTests {
  private func column(_ elements: [Double]) -> Matrix<Double> {
    Matrix(rows: elements.count, columns: 1, elements: elements)
  }

  @Test func toeplitzMatrixIsTheCorrelation() throws {
    let matrix = try SparseMatrix<Double>.toeplitz(kernel: [1, 2], signalLength: 4)
    #expect(
      try matrix.dense().elements == [1, 2, 0, 0, 0, 1, 2, 0, 0, 0, 1, 2])
    #expect(try matrix.times([0, 1, 2, 3]) == [2, 5, 8])
    // Its transpose takes the gradient back: a full convolution with the kernel.
    #expect(try matrix.transposeTimes([3, 5, 7]) == [3, 11, 17, 14])
    #expect(throws: LayerError.self) {
      try SparseMatrix<Double>.toeplitz(kernel: [1, 2], signalLength: 1)
    }
    #expect(throws: LayerError.self) {
      try SparseMatrix<Double>.toeplitz(kernel: [], signalLength: 1)
    }
    #expect(throws: LayerError.wrongElementCount(expected: 4, actual: 3)) {
      try matrix.times([1, 2, 3])
    }
  }

  @Test func blockToeplitzMatrixIsTheLayer() throws {
    let kernel = Matrix<Double>(rows: 2, columns: 2, elements: [0, 1, 2, 3])
    let matrix = try SparseMatrix.blockToeplitz(kernel: kernel, imageRows: 3, imageColumns: 3)
    #expect(matrix.rows == 4 && matrix.columns == 9)
    #expect(try matrix.times([0, 1, 2, 3, 4, 5, 6, 7, 8]) == [19, 25, 37, 43])
    var generator = SeededGenerator(seed: 1)
    for (rows, columns, kernelRows, kernelColumns) in [(5, 7, 3, 2), (4, 4, 4, 4), (1, 9, 1, 4)] {
      let image = try FeatureMaps<Double>.random(1, 1, rows, columns, using: &generator)
      let weights = try FeatureMaps<Double>.random(
        1, 1, kernelRows, kernelColumns, using: &generator)
      let matrix = try SparseMatrix.blockToeplitz(
        kernel: Matrix(rows: kernelRows, columns: kernelColumns, elements: weights.elements),
        imageRows: rows, imageColumns: columns)
      let out = try ConvolutionLayer().forward(image, weights: weights)
      let product = try matrix.times(image.elements)
      #expect(zip(product, out.elements).allSatisfy { abs($0 - $1) < 1e-13 })
      let dense = try matrix.dense().times(column(image.elements))
      #expect(zip(dense.elements, out.elements).allSatisfy { abs($0 - $1) < 1e-13 })
      let gradient = try ConvolutionLayer().inputGradient(
        outputGradient: out, weights: weights, inputShape: image.shape)
      let back = try matrix.transposeTimes(out.elements)
      #expect(zip(back, gradient.elements).allSatisfy { abs($0 - $1) < 1e-13 })
    }
  }

  @Test func blockCirculantMatrixContinuesAtTheOppositeEdge() throws {
    var generator = SeededGenerator(seed: 2)
    let (rows, columns) = (4, 5)
    let image = try FeatureMaps<Double>.random(1, 1, rows, columns, using: &generator)
    let weights = try FeatureMaps<Double>.random(1, 1, 3, 2, using: &generator)
    let kernel = Matrix(rows: 3, columns: 2, elements: weights.elements)
    let matrix = try SparseMatrix.blockCirculant(
      kernel: kernel, imageRows: rows, imageColumns: columns)
    #expect(matrix.rows == 20 && matrix.columns == 20)
    let product = try matrix.times(image.elements)
    for y in 0..<rows {
      for x in 0..<columns {
        var sum = 0.0
        for u in 0..<3 {
          for v in 0..<2 { sum += kernel[u, v] * image[0, 0, (y + u) % rows, (x + v) % columns] }
        }
        #expect(abs(product[y * columns + x] - sum) < 1e-14)
      }
    }
    let valid = try ConvolutionLayer().forward(image, weights: weights)
    #expect(abs(product[0] - valid.elements[0]) < 1e-14)
  }

  @Test func windowIndexHasTheKnownSizes() throws {
    let digits = try WindowIndex(rows: 28, columns: 28, kernelSize: 3)
    #expect(digits.window == [0, 1, 2, 28, 29, 30, 56, 57, 58])
    #expect(digits.origins.count == 676)
    let color = try WindowIndex(
      channels: 3, rows: 32, columns: 32, kernelSize: 5)
    #expect(color.origins.count == 784 && color.window.count == 75)
  }

  /// All windows of an image of the digits' size: 24² outputs of 28² pixels.
  @Test func blockToeplitzMatrixHasTheKnownSize() throws {
    let kernel = Matrix<Float>(
      rows: 5, columns: 5, elements: (1...25).map { Float($0) })
    let matrix = try SparseMatrix.blockToeplitz(kernel: kernel, imageRows: 28, imageColumns: 28)
    #expect(matrix.rows == 24 * 24 && matrix.columns == 28 * 28)
    let image = try FeatureMaps<Float>.counting(1, 1, 28, 28)
    let weights = try FeatureMaps<Float>.counting(1, 1, 5, 5)
    // Whole numbers below 2²⁴ are exact.
    #expect(
      try matrix.times(image.elements)
        == ConvolutionLayer().forward(image, weights: weights, method: .direct).elements)
  }

  /// A batch of kernels of 5 x 5 x 3 over an image of CIFAR's size is one product of matrices.
  @Test func aBatchOfKernelsIsOneProduct() throws {
    let index = try WindowIndex(
      channels: 3, rows: 32, columns: 32, kernelSize: 5)
    var generator = SeededGenerator(seed: 8)
    let image = try FeatureMaps<Double>.random(1, 3, 32, 32, using: &generator)
    let weights = try FeatureMaps<Double>.random(10, 3, 5, 5, using: &generator)
    let kernels = Matrix(rows: 10, columns: 75, elements: weights.elements)
    let windows = try index.gather(image.elements)
    #expect(windows.rows == 75 && windows.columns == 784)
    let out = try ConvolutionLayer().forward(image, weights: weights)
    let product = try kernels.times(windows)
    #expect(zip(product.elements, out.elements).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test func gatheredWindowsTimesKernelsAreTheLayer() throws {
    var generator = SeededGenerator(seed: 3)
    let image = try FeatureMaps<Double>.random(1, 3, 8, 9, using: &generator)
    let weights = try FeatureMaps<Double>.random(5, 3, 3, 2, using: &generator)
    let stride = ConvolutionLayer.Extent(rows: 2, columns: 3)
    let index = try WindowIndex(
      channels: 3, rows: 8, columns: 9, kernelSize: .init(rows: 3, columns: 2),
      stride: stride)
    let kernels = Matrix(rows: 5, columns: 18, elements: weights.elements)
    let product = try kernels.times(index.gather(image.elements))
    let out = try ConvolutionLayer(stride: stride).forward(image, weights: weights)
    #expect(zip(product.elements, out.elements).allSatisfy { abs($0 - $1) < 1e-13 })
    #expect(throws: LayerError.self) { try index.gather([1.0]) }
  }

  @Test func patchesTimesWeightsAreTheLayerAndCol2imIsTheTranspose() throws {
    var generator = SeededGenerator(seed: 4)
    let layer = try ConvolutionLayer(
      stride: ConvolutionLayer.Extent(rows: 1, columns: 2),
      padding: ConvolutionLayer.Padding(top: 1, left: 2, bottom: 0, right: 1),
      dilation: ConvolutionLayer.Extent(rows: 2, columns: 1), groups: 2)
    let input = try FeatureMaps<Double>.random(2, 4, 6, 7, using: &generator)
    let weights = try FeatureMaps<Double>.random(6, 2, 2, 3, using: &generator)
    let out = try layer.forward(input, weights: weights)
    let plane = out.shape.rows * out.shape.columns
    for image in 0..<2 {
      for group in 0..<2 {
        let patches = try layer.patches(
          of: input, image: image, group: group, kernelSize: .init(rows: 2, columns: 3))
        let kernels = Matrix(
          rows: 3, columns: 12, elements: Array(weights.elements[group * 36..<(group + 1) * 36]))
        let product = try kernels.times(patches)
        let start = (image * 6 + group * 3) * plane
        #expect(
          zip(product.elements, out.elements[start...]).allSatisfy { abs($0 - $1) < 1e-13 })
        // <patches(x), P> = <x, image(P)>
        let other = Matrix(
          rows: patches.rows, columns: patches.columns,
          elements: patches.elements.map { _ in Double.random(in: -1...1, using: &generator) })
        let back = try layer.image(
          fromPatches: other, output: out.shape, of: input.shape,
          kernelSize: .init(rows: 2, columns: 3))
        let left = zip(patches.elements, other.elements).reduce(0) { $0 + $1.0 * $1.1 }
        let from = (image * 4 + group * 2) * 42
        let right = zip(input.elements[from..<from + 84], back.elements).reduce(0) {
          $0 + $1.0 * $1.1
        }
        #expect(abs(left - right) < 1e-12)
      }
    }
  }

  @Test func productsOfMatricesAreChecked() throws {
    let a = Matrix<Float>(rows: 2, columns: 3, elements: [1, 2, 3, 4, 5, 6])
    let transpose = Matrix<Float>([[1, 4], [2, 5], [3, 6]])
    #expect(try a.times(transpose).elements == [14, 32, 32, 77])
    #expect(throws: LayerError.wrongElementCount(expected: 3, actual: 2)) { try a.times(a) }
    let empty = Matrix<Float>(rows: 3, columns: 0, elements: [])
    #expect(try a.times(empty) == Matrix(rows: 2, columns: 0, elements: []))
  }
}

extension ConvolutionLayer {
  /// The transpose of `patches` by its definition ("col2im"): adds each column up at the places that
  /// it came from, for one image and one group.
  fileprivate func image(
    fromPatches patches: Matrix<Double>, output: FeatureMapShape, of input: FeatureMapShape,
    kernelSize: Extent
  ) throws -> FeatureMaps<Double> {
    var result = try FeatureMaps(
      shape: FeatureMapShape(
        images: 1, channels: input.channels / groups, rows: input.rows, columns: input.columns),
      repeating: 0.0)
    for tap in 0..<patches.rows {
      let channel = tap / (kernelSize.rows * kernelSize.columns)
      let (u, v) = (tap / kernelSize.columns % kernelSize.rows, tap % kernelSize.columns)
      for place in 0..<patches.columns {
        let row = place / output.columns * stride.rows + u * dilation.rows - padding.top
        let column =
          place % output.columns * stride.columns + v * dilation.columns - padding.left
        if 0..<input.rows ~= row && 0..<input.columns ~= column {
          result[0, channel, row, column] += patches[tap, place]
        }
      }
    }
    return result
  }
}
