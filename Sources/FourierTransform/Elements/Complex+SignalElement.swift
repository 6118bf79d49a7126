public import ComplexModule

extension Complex: SignalElement where RealType: FourierScalar {
  /// The type of the two parts.
  public typealias Scalar = RealType

  /// Those of the type of the two parts. Not for use outside the package.
  public static var _operations: _Operations<RealType> { RealType._operations }
}
