extension CostModel {
  /// The costs that ship with the package.
  public static let shipped = CostModel(
    costs: [
      .float32: Costs(
        product: 1.6e-11, directCall: 5e-7, transformCall: 3e-6,
        blockStep: [Double](repeating: 1.2e-9, count: 80),
        wholeStep: [Double](repeating: 1.2e-9, count: 80)),
      .float64: Costs(
        product: 3.2e-11, directCall: 5e-7, transformCall: 3e-6,
        blockStep: [Double](repeating: 2.2e-9, count: 80),
        wholeStep: [Double](repeating: 1.2e-9, count: 80)),
      .complex64: Costs(
        product: 6.4e-11, directCall: 5e-7, transformCall: 3e-6,
        blockStep: [Double](repeating: 1.2e-9, count: 80),
        wholeStep: [Double](repeating: 1.2e-9, count: 80)),
      .complex128: Costs(
        product: 12.8e-11, directCall: 5e-7, transformCall: 3e-6,
        blockStep: [Double](repeating: 2.2e-9, count: 80),
        wholeStep: [Double](repeating: 1.2e-9, count: 80)),
    ], threadStart: 2e-5)
}
