// swift-tools-version: 6.2
// The map of the package: one target a layer, and arrows only point down.
import PackageDescription

/// What every Swift target is built with: warnings stop the build, and each use of unsafe memory
/// is marked where it stands.
let strict: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableExperimentalFeature("Lifetimes"),
]

let complexNumbers: Target.Dependency = .product(name: "Numerics", package: "swift-numerics")

let package = Package(
  name: "Overlap",
  products: [
    .library(name: "FourierTransform", targets: ["FourierTransform"]),
    .library(name: "CorrelationLayers", targets: ["CorrelationLayers"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    .systemLibrary(
      name: "CFFTW", pkgConfig: "fftw3f",
      providers: [.apt(["libfftw3-dev"]), .brew(["fftw"])]),
    .target(
      name: "FourierTransform",
      dependencies: ["CFFTW", complexNumbers],
      swiftSettings: strict),
    .target(name: "VectorKernels"),
    .target(
      name: "CorrelationLayers",
      dependencies: ["FourierTransform", "VectorKernels", complexNumbers],
      swiftSettings: strict),
    .testTarget(
      name: "CorrelationLayersTests",
      dependencies: ["CorrelationLayers"],
      swiftSettings: strict),
    .testTarget(
      name: "FourierTransformTests",
      dependencies: ["FourierTransform", complexNumbers],
      swiftSettings: strict),
  ]
)
