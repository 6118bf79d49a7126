// swift-tools-version: 6.2
// SPDX-License-Identifier: MIT

// Runnable samples and benchmarks: a package of its own, so that those who depend on Overlap get
// none of it.
import PackageDescription

let strict: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// Small programs, one thing each, and the products of Overlap that they show.
let programs: KeyValuePairs = [
  "AlignRecordings": ["Alignment", "SignalFiles"],
  "BlurImage": ["Convolution", "SignalFiles"],
  "CorrelationByHand": ["Overlap"],
  "DigitKernels": ["CorrelationLayers", "SignalFiles"],
  "Equaliser": ["Overlap"],
  "FindTemplate": ["Convolution", "ImageMatching", "SignalFiles"],
  "LiveFilter": ["Convolution"],
  "OpticalFlow": ["CorrelationLayers"],
  "RegisterImages": ["Convolution", "ImageMatching", "SignalFiles"],
  "Reverb": ["Convolution", "SignalFiles"],
]

let package = Package(
  name: "Samples",
  dependencies: [
    .package(name: "Overlap", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
  ],
  targets: [
    .target(
      name: "BenchmarkSupport",
      dependencies: [
        .product(name: "Convolution", package: "Overlap"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/Support",
      swiftSettings: strict),
    .executableTarget(
      name: "ConvolutionBenchmarks",
      dependencies: [
        "BenchmarkSupport",
        .product(name: "Convolution", package: "Overlap"),
        .product(name: "FourierTransform", package: "Overlap"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Numerics", package: "swift-numerics"),
      ],
      path: "Benchmarks/Convolution",
      exclude: ["compare.py", "regret.py"],
      swiftSettings: strict),
    .executableTarget(
      name: "AlignmentBenchmarks",
      dependencies: [
        "BenchmarkSupport",
        .product(name: "Alignment", package: "Overlap"),
        .product(name: "Convolution", package: "Overlap"),
        .product(name: "FourierTransform", package: "Overlap"),
        .product(name: "SignalFiles", package: "Overlap"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Numerics", package: "swift-numerics"),
      ],
      path: "Benchmarks/Alignment",
      exclude: ["compare_offset_finder.py"],
      swiftSettings: strict),
    .executableTarget(
      name: "ImageBenchmarks",
      dependencies: [
        "BenchmarkSupport",
        .product(name: "Convolution", package: "Overlap"),
        .product(name: "FourierTransform", package: "Overlap"),
        .product(name: "ImageMatching", package: "Overlap"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Numerics", package: "swift-numerics"),
      ],
      path: "Benchmarks/Images",
      exclude: ["compare_images.py"],
      swiftSettings: strict),
    .executableTarget(
      name: "VolumeBenchmarks",
      dependencies: [
        "BenchmarkSupport",
        .product(name: "Convolution", package: "Overlap"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/Volumes",
      exclude: ["compare_volumes.py"],
      swiftSettings: strict),
    .executableTarget(
      name: "LayerBenchmarks",
      dependencies: [
        "BenchmarkSupport", .product(name: "CorrelationLayers", package: "Overlap"),
      ],
      path: "Benchmarks/Layers",
      exclude: [
        "compare_correlation.py", "compare_convolution.py", "layer_process.py", "regret.py",
      ],
      swiftSettings: strict),
    // The one small program that is written in C.
    .executableTarget(
      name: "FromC",
      dependencies: [.product(name: "overlap-c", package: "Overlap")],
      path: "Programs/FromC",
      exclude: ["expected.txt"],
      cSettings: [.treatAllWarnings(as: .error)]),
    .executableTarget(
      name: "InstructionCounts",
      dependencies: [
        "BenchmarkSupport",
        .product(name: "Alignment", package: "Overlap"),
        .product(name: "Convolution", package: "Overlap"),
        .product(name: "CorrelationLayers", package: "Overlap"),
        .product(name: "FourierTransform", package: "Overlap"),
        .product(name: "ImageMatching", package: "Overlap"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Numerics", package: "swift-numerics"),
      ],
      path: "Benchmarks/Instructions",
      exclude: ["baseline.txt", "run"],
      swiftSettings: strict),
    .executableTarget(
      name: "LayerPictures",
      dependencies: [
        .product(name: "CorrelationLayers", package: "Overlap"),
        .product(name: "SignalFiles", package: "Overlap"),
      ],
      path: "Layers",
      swiftSettings: strict),
  ]
    + programs.map { name, products in
      .executableTarget(
        name: name,
        dependencies: products.map { .product(name: $0, package: "Overlap") },
        path: "Programs/\(name)",
        // What Programs/check compares its output with.
        exclude: ["expected.txt"],
        swiftSettings: strict)
    }
)
