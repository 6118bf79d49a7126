// swift-tools-version: 6.2
// Programs that show and measure the package; a package of its own, so that nobody who depends on
// Overlap builds them.
import PackageDescription

let package = Package(
  name: "Samples",
  dependencies: [
    .package(name: "Overlap", path: "..")
  ],
  targets: [
    .executableTarget(
      name: "LayerBenchmarks",
      dependencies: [.product(name: "CorrelationLayers", package: "Overlap")],
      path: "Benchmarks/Layers", exclude: ["compare_correlation.py", "compare_convolution.py"])
  ]
)
