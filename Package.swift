// swift-tools-version: 6.2
// SPDX-License-Identifier: MIT

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
  // Mutexes and atomics, of the library Synchronization, came with these.
  platforms: [.macOS(.v15), .iOS(.v18), .tvOS(.v18), .watchOS(.v11), .visionOS(.v2)],
  products: [
    .library(name: "Overlap", targets: ["Overlap"]),
    .library(name: "FourierTransform", targets: ["FourierTransform"]),
    .library(name: "Convolution", targets: ["Convolution"]),
    .library(name: "Alignment", targets: ["Alignment"]),
    .library(name: "ImageMatching", targets: ["ImageMatching"]),
    .library(name: "CorrelationLayers", targets: ["CorrelationLayers"]),
    .library(name: "SignalFiles", targets: ["SignalFiles"]),
    // For other languages than Swift, by the header in Sources/COverlap.
    .library(name: "overlap-c", type: .dynamic, targets: ["CInterface"]),
    .executable(name: "overlap", targets: ["overlap-cli"]),
  ],
  // Who depends on the library alone turns it off by `traits: []`, and fetches nothing for the command.
  traits: [
    .default(enabledTraits: ["Command"]),
    .trait(name: "Command", description: "The command `overlap`, and what parses its arguments."),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    .systemLibrary(
      name: "CFFTW", pkgConfig: "fftw3f",
      providers: [.apt(["libfftw3-dev"]), .brew(["fftw"])]),
    // The C library of the system: the only file that imports it.
    .target(name: "Platform", swiftSettings: strict),
    // What is known of a machine before anybody has measured the one at hand.
    .target(
      name: "ShippedTuning", exclude: ["zen4.tuning"],
      cSettings: [.treatAllWarnings(as: .error)]),
    .target(
      name: "VectorKernels",
      cSettings: [.treatAllWarnings(as: .error)]),
    // What everything that computes stands on: threads, memory, and the table of kernels.
    .target(
      name: "ComputeSupport",
      dependencies: ["Platform", "VectorKernels"],
      swiftSettings: strict),
    .target(
      name: "FourierTransform",
      dependencies: ["CFFTW", "ComputeSupport", "Platform", "ShippedTuning", complexNumbers],
      swiftSettings: strict),
    .target(
      name: "Convolution",
      dependencies: [
        "ComputeSupport", "FourierTransform", "Platform", "VectorKernels", complexNumbers,
      ],
      swiftSettings: strict),
    .target(
      name: "Alignment",
      dependencies: ["ComputeSupport", "Convolution", "FourierTransform", complexNumbers],
      swiftSettings: strict),
    .target(
      name: "ImageMatching",
      dependencies: [
        "ComputeSupport", "Convolution", "FourierTransform", "VectorKernels", complexNumbers,
      ],
      swiftSettings: strict),
    .target(
      name: "CorrelationLayers",
      dependencies: [
        "ComputeSupport", "Convolution", "FourierTransform", "VectorKernels", complexNumbers,
      ],
      swiftSettings: strict),
    .target(
      name: "Overlap",
      dependencies: [
        "Alignment", "Convolution", "CorrelationLayers", "FourierTransform", "ImageMatching",
        complexNumbers,
      ],
      swiftSettings: strict),
    // The header of the interface for C, and the functions that it declares.
    .target(name: "COverlap", cSettings: [.treatAllWarnings(as: .error)]),
    .target(
      name: "CInterface",
      dependencies: [
        "Alignment", "COverlap", "ComputeSupport", "Convolution", "CorrelationLayers",
        "FourierTransform", "ImageMatching", "Platform", complexNumbers,
      ],
      swiftSettings: strict),
    .systemLibrary(
      name: "CSndfile", pkgConfig: "sndfile",
      providers: [.apt(["libsndfile1-dev"]), .brew(["libsndfile"])]),
    .systemLibrary(
      name: "CSoxr", pkgConfig: "soxr",
      providers: [.apt(["libsoxr-dev"]), .brew(["libsoxr"])]),
    .systemLibrary(
      name: "CPNG", pkgConfig: "libpng",
      providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .target(
      name: "SignalFiles",
      dependencies: [
        "ComputeSupport", "CSndfile", "CSoxr", "CPNG", "CZlib", "Platform", complexNumbers,
      ],
      swiftSettings: strict),
    // The page of a report for a browser, as the compiler embeds it.
    .target(
      name: "ReportPage", exclude: ["page"], cSettings: [.treatAllWarnings(as: .error)]),
    // What devices recorded, and the time lines of editing programs: no files are read or written.
    .target(name: "Sessions", swiftSettings: strict),
    .executableTarget(
      name: "overlap-cli",
      dependencies: [
        "Alignment", "ComputeSupport", "Convolution", "CorrelationLayers", "FourierTransform",
        "ImageMatching", "Overlap", "Platform", "ReportPage", "Sessions",
        "SignalFiles",
        .product(
          name: "ArgumentParser", package: "swift-argument-parser",
          condition: .when(traits: ["Command"])),
        complexNumbers,
      ],
      swiftSettings: strict),

    // The tests' own vocabulary: oracles, generators, distances in units of rounding.
    .target(
      name: "TestSupport",
      dependencies: [complexNumbers],
      path: "Tests/TestSupport",
      swiftSettings: strict),
    // Which of the machine's instruction sets kernels use, so that tests can run each.
    .target(
      name: "InstructionSets",
      path: "Tests/InstructionSets",
      cSettings: [.treatAllWarnings(as: .error)]),
    .target(
      name: "AllocationCounter",
      path: "Tests/AllocationCounter",
      cSettings: [.treatAllWarnings(as: .error)]),
    // Every parser of what comes from outside, as a function of bytes.
    .target(
      name: "FuzzTargets",
      dependencies: ["FourierTransform", "Platform", "Sessions", "SignalFiles", complexNumbers],
      path: "Tests/FuzzTargets",
      swiftSettings: strict),
    .testTarget(
      name: "FuzzTests",
      dependencies: ["FuzzTargets", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "SessionsTests",
      dependencies: ["Sessions"],
      swiftSettings: strict),
    .testTarget(
      name: "PropertyTests",
      dependencies: [
        "Convolution", "CorrelationLayers", "FourierTransform", "ImageMatching", "TestSupport",
        complexNumbers,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ConcurrencyTests",
      dependencies: [
        "ComputeSupport", "Convolution", "CorrelationLayers", "FourierTransform", "TestSupport",
        complexNumbers,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ComputeSupportTests",
      dependencies: ["ComputeSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "FourierTransformTests",
      dependencies: ["FourierTransform", "TestSupport", complexNumbers],
      swiftSettings: strict),
    .testTarget(
      name: "VectorKernelsTests",
      dependencies: [
        "ComputeSupport", "InstructionSets", "Platform", "TestSupport", "VectorKernels",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ConvolutionTests",
      dependencies: [
        "AllocationCounter", "ComputeSupport", "Convolution", "FourierTransform", "TestSupport",
        complexNumbers,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "CorrelationLayersTests",
      dependencies: ["Convolution", "CorrelationLayers", "FourierTransform", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "CInterfaceTests",
      dependencies: [
        "Alignment", "CInterface", "COverlap", "ComputeSupport", "Convolution",
        "CorrelationLayers", "FourierTransform", "ImageMatching", "TestSupport", complexNumbers,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "OverlapTests", dependencies: ["FourierTransform", "Overlap"], swiftSettings: strict),
    .testTarget(
      name: "SignalFilesTests",
      dependencies: ["Platform", "SignalFiles", "TestSupport", complexNumbers],
      swiftSettings: strict),
    .testTarget(
      name: "AlignmentTests",
      dependencies: [
        "Alignment", "ComputeSupport", "Convolution", "FourierTransform", "TestSupport",
        complexNumbers,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ImageMatchingTests",
      dependencies: ["Convolution", "ImageMatching", "TestSupport", complexNumbers],
      swiftSettings: strict),
    .testTarget(
      name: "PublicSymbolsTests",
      dependencies: [
        "Alignment", "Convolution", "CorrelationLayers", "FourierTransform", "ImageMatching",
        "SignalFiles",
      ],
      exclude: ["public-symbols.txt"],
      swiftSettings: strict),
    .testTarget(
      name: "DocumentTests",
      dependencies: [
        "Alignment", "Convolution", "CorrelationLayers", "FourierTransform", "ImageMatching",
        "SignalFiles",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "CommandTests",
      dependencies: ["overlap-cli", "Convolution", "SignalFiles", "TestSupport", complexNumbers],
      exclude: ["onnx_layers.py"],
      swiftSettings: strict),
  ]
)

// The fuzzer links only where the compiler makes code for it: Tests/Fuzzing/run says so.
if Context.environment["OVERLAP_FUZZING"] != nil {
  package.targets.append(
    .executableTarget(
      name: "overlap-fuzz", dependencies: ["FuzzTargets"], path: "Tests/Fuzzing/overlap-fuzz",
      // Its `main` is libFuzzer's.
      swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]))
}
