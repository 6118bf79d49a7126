extension MatrixCosts {
  /// The costs that ship with the package: those of a server with AVX-512 and 1 MiB of second-level
  /// cache (AMD EPYC, Zen 4), measured as `overlap tune` does, with the wisdom that ships with them.
  /// The costs of a result and of a product of `Float` are those that `ImageBenchmarks regret` saw
  /// kernels of 9 x 9 and 11 x 11 take, those of its rows and columns the least of two measurements,
  /// those of its passes such that they fit what that program saw outer products of 3 to 63 taps take
  /// from 8 to 512 pixels, and those of the passes of the other types the means of two. Those of a
  /// result, of a kernel's row and of a product of `Double` are such that direct sums are chosen for
  /// kernels of 3 x 31 and 31 x 3 and are not for 129 x 1, as that program saw at 512 and 1024
  /// pixels: measured each by itself they made direct sums too dear beside transforms.
  public static let shipped: [ElementKind: MatrixCosts] = [
    .float32: MatrixCosts(
      directCall: 2.3e-06, result: 3.5e-10, kernelRow: 1.01e-11,
      product: nanoseconds([1.11, 0.0755, 0.0574, 0.0557, 0.0388, 0.0185]),
      passCall: 5e-06, passRow: 5e-08, passResult: 2.2e-10, passProduct: 2.25e-11,
      transformCall: 2.82e-06,
      row: nanoseconds([
        5.21, 4.37, 3.37, 3.39, 2.37, 2.33, 1.9, 1.82, 1.44, 1.33, 1.13, 1.45, 1.11, 0.933, 0.762,
        1.13, 0.719, 0.71, 0.607, 0.886, 0.624, 0.727, 0.716, 0.929, 0.762, 0.892, 0.988, 1.03,
        0.872,
      ]),
      column: nanoseconds([
        4.74, 4.01, 3.23, 3.59, 2.6, 2.29, 2.04, 2.29, 1.61, 1.45, 1.36, 2.0, 1.17, 1.13, 1.06,
        1.55, 1.08, 1.18, 2.03, 2.59, 2.02, 1.95, 2.31, 2.71, 2.16, 2.53, 1.61, 1.79, 1.93,
      ]),
      size: [1.41, 1.49, 2.31, 2.57, 2.4]),
    .float64: MatrixCosts(
      directCall: 2.26e-06, result: 6e-10, kernelRow: 3.7e-11,
      product: nanoseconds([0.153, 0.11, 0.0651, 0.0748, 0.0601, 0.043]),
      passCall: 2.9e-06, passRow: 2e-08, passResult: 6.2e-10, passProduct: 4.06e-11,
      transformCall: 0,
      row: nanoseconds([
        6.41, 6.03, 4.94, 4.54, 4.31, 3.37, 2.99, 2.99, 2.97, 2.22, 2.16, 2.09, 2.01, 2.04, 1.91,
        2.08, 2.02, 1.79, 1.95, 2.11, 1.93, 2.06, 1.95, 2.41, 2.28, 2.14, 2.7, 3.24, 3.49,
      ]),
      column: nanoseconds([
        8.62, 7.73, 6.18, 6.3, 5.56, 4.8, 3.85, 4.57, 3.73, 3.47, 3.13, 4.02, 3.33, 3.51, 3.99,
        3.69, 3.86, 4.13, 4.0, 4.18, 4.46, 4.54, 4.95, 4.94, 5.05, 6.88, 6.76, 8.25, 10.2,
      ]),
      size: [1.17, 1.41, 1.99, 2.56, 1.49]),
    .complex64: MatrixCosts(
      directCall: 1.7e-06, result: 1.9e-09, kernelRow: 1.27e-11,
      product: nanoseconds([0.19, 0.155, 0.0988, 0.119, 0.1, 0.0929]),
      passCall: 3.2e-06, passRow: 1.65e-07, passResult: 4e-09, passProduct: 1.15e-10,
      transformCall: 0,
      row: nanoseconds([
        4.28, 3.88, 3.33, 3.65, 2.65, 2.44, 2.22, 2.69, 2.74, 1.95, 2.78, 2.59, 1.75, 1.82, 1.74,
        2.32, 2.0, 2.02, 2.22, 3.98, 3.45, 3.72, 3.86, 4.1, 3.88, 4.38, 4.78, 5.53, 4.88,
      ]),
      column: nanoseconds([
        5.63, 5.27, 3.93, 4.64, 3.44, 3.21, 2.31, 2.99, 2.12, 2.19, 2.03, 2.96, 1.69, 1.9, 1.53,
        2.33, 1.7, 1.88, 1.93, 2.67, 2.07, 2.22, 2.2, 2.88, 2.59, 2.63, 2.63, 3.41, 1.85,
      ]),
      size: [1.03, 1.35, 2.38, 1.82, 1.83]),
    .complex128: MatrixCosts(
      directCall: 1.67e-06, result: 3.29e-09, kernelRow: 2.41e-11,
      product: nanoseconds([0.348, 0.194, 0.174, 0.176, 0.166, 0.16]),
      passCall: 3.2e-06, passRow: 1.45e-07, passResult: 5.9e-09, passProduct: 1.98e-10,
      transformCall: 5.62e-06,
      row: nanoseconds([
        5.35, 4.68, 4.22, 4.24, 3.97, 3.55, 3.38, 3.39, 3.25, 3.71, 3.22, 3.22, 3.2, 3.45, 3.34,
        3.81, 3.57, 3.65, 3.72, 3.88, 3.92, 4.11, 4.65, 5.53, 5.67, 6.78, 8.19, 9.01, 10.1,
      ]),
      column: nanoseconds([
        4.43, 4.0, 3.46, 3.66, 3.35, 2.94, 2.82, 3.0, 2.85, 5.43, 5.15, 5.28, 5.16, 5.29, 5.15,
        5.46, 4.84, 3.02, 4.63, 5.99, 5.64, 6.05, 6.63, 7.84, 5.66, 9.82, 10.0, 11.9, 10.9,
      ]),
      size: [1.02, 1.12, 1.76, 1.81, 1.21]),
  ]

  private static func nanoseconds(_ values: [Double]) -> [Double] { values.map { $0 * 1e-9 } }
}
