extension MatrixCosts {
  /// The costs that ship with the package: those of a server with AVX-512 and 1 MiB of second-level
  /// cache (AMD EPYC, Zen 4), measured as `overlap tune` does, with the wisdom that ships with them.
  public static let shipped: [ElementKind: MatrixCosts] = [
    .float32: MatrixCosts(
      directCall: 1.28e-06, result: 3.5e-10, kernelRow: 8.8e-12,
      product: nanoseconds([1.07, 0.0491, 0.0404, 0.042, 0.0314, 0.0267]),
      passResult: 5e-10, passProduct: 6e-11, transformCall: 5e-06,
      row: nanoseconds([
        25.1, 19.5, 12.9, 14.2, 11.1, 8.85, 6.34, 5.2, 3.98, 2.95, 2.5, 2.42, 2, 2, 2, 2, 2, 2, 2,
        2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
      ]),
      column: nanoseconds([
        29.4, 23.7, 21.4, 18.8, 23.1, 15.8, 18.5, 18.7, 16.5, 15.2, 14.1, 14.8, 13.2, 12.6, 12.3,
        12.5, 11.7, 11.7, 11.4, 12.3, 11.2, 11.6, 12.2, 11.6, 11.7, 12.4, 12.6, 13.8, 13.7,
      ]),
      size: [1, 1, 1, 1, 1]),
    .float64: MatrixCosts(
      directCall: 1.28e-06, result: 7e-10, kernelRow: 1.76e-11,
      product: nanoseconds([2.14, 0.0982, 0.0808, 0.084, 0.0628, 0.0534]),
      passResult: 1e-09, passProduct: 1.2e-10, transformCall: 5e-06,
      row: nanoseconds([
        50.2, 39, 25.8, 28.4, 22.2, 17.7, 12.7, 10.4, 7.96, 5.9, 5, 4.84, 4, 4, 4, 4, 4, 4, 4, 4, 4,
        4, 4, 4, 4, 4, 4, 4, 4,
      ]),
      column: nanoseconds([
        58.8, 47.4, 42.8, 37.6, 46.2, 31.6, 37, 37.4, 33, 30.4, 28.2, 29.6, 26.4, 25.2, 24.6, 25,
        23.4, 23.4, 22.8, 24.6, 22.4, 23.2, 24.4, 23.2, 23.4, 24.8, 25.2, 27.6, 27.4,
      ]),
      size: [1, 1, 1, 1, 1]),
    .complex64: MatrixCosts(
      directCall: 1.28e-06, result: 7e-10, kernelRow: 1.76e-11,
      product: nanoseconds([2.14, 0.0982, 0.0808, 0.084, 0.0628, 0.0534]),
      passResult: 1e-09, passProduct: 1.2e-10, transformCall: 5e-06,
      row: nanoseconds([
        50.2, 39, 25.8, 28.4, 22.2, 17.7, 12.7, 10.4, 7.96, 5.9, 5, 4.84, 4, 4, 4, 4, 4, 4, 4, 4, 4,
        4, 4, 4, 4, 4, 4, 4, 4,
      ]),
      column: nanoseconds([
        29.4, 23.7, 21.4, 18.8, 23.1, 15.8, 18.5, 18.7, 16.5, 15.2, 14.1, 14.8, 13.2, 12.6, 12.3,
        12.5, 11.7, 11.7, 11.4, 12.3, 11.2, 11.6, 12.2, 11.6, 11.7, 12.4, 12.6, 13.8, 13.7,
      ]),
      size: [1, 1, 1, 1, 1]),
    .complex128: MatrixCosts(
      directCall: 1.28e-06, result: 1.4e-09, kernelRow: 3.52e-11,
      product: nanoseconds([4.28, 0.196, 0.162, 0.168, 0.126, 0.107]),
      passResult: 2e-09, passProduct: 2.4e-10, transformCall: 5e-06,
      row: nanoseconds([
        100, 78, 51.6, 56.8, 44.4, 35.4, 25.4, 20.8, 15.9, 11.8, 10, 9.68, 8, 8, 8, 8, 8, 8, 8, 8,
        8, 8, 8, 8, 8, 8, 8, 8, 8,
      ]),
      column: nanoseconds([
        58.8, 47.4, 42.8, 37.6, 46.2, 31.6, 37, 37.4, 33, 30.4, 28.2, 29.6, 26.4, 25.2, 24.6, 25,
        23.4, 23.4, 22.8, 24.6, 22.4, 23.2, 24.4, 23.2, 23.4, 24.8, 25.2, 27.6, 27.4,
      ]),
      size: [1, 1, 1, 1, 1]),
  ]

  private static func nanoseconds(_ values: [Double]) -> [Double] { values.map { $0 * 1e-9 } }
}
