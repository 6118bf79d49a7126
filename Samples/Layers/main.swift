// SPDX-License-Identifier: MIT

// Pictures of what the layers do:
//
//     LayerPictures all DIRECTORY                        the three that follow
//     LayerPictures digits OUT.png IMAGES.idx            a batch of kernels over an idx file's images
//     LayerPictures colors OUT.png [BATCH.bin]           kernels of three channels over CIFAR-10's
//     LayerPictures displacement OUT.png [A.png B.png]   the displacement between two frames
//
// `all` draws digits of its own into an idx file. Without a batch, `colors` makes images of CIFAR's
// shape; without frames, `displacement` makes two of particles in a vortex, whose displacement is
// known. The kernels' pictures show the image, what the layer makes of it with each kernel, and the
// same by direct sums.

import CorrelationLayers
import SignalFiles

/// What the user is told when the arguments make no sense.
struct Usage: Error, CustomStringConvertible {
  let description = """
    usage: LayerPictures all DIRECTORY
           LayerPictures digits OUT.png IMAGES.idx
           LayerPictures colors OUT.png [BATCH.bin]
           LayerPictures displacement OUT.png [A.png B.png]
    """
}

do {
  let arguments = CommandLine.arguments.dropFirst()
  switch (arguments.first, arguments.count) {
  case ("all", 2):
    let directory = arguments[2] + "/"
    try writeDigits(to: directory + "digits.idx")
    try showDigits(directory + "digits.idx", output: directory + "digits.png")
    try showColors(nil, output: directory + "colors.png")
    try showParticles(output: directory + "displacement.png")
  case ("digits", 3): try showDigits(arguments[3], output: arguments[2])
  case ("colors", 2...3):
    try showColors(arguments.count == 3 ? arguments[3] : nil, output: arguments[2])
  case ("displacement", 2): try showParticles(output: arguments[2])
  case ("displacement", 4): try showFrames(arguments[3], arguments[4], output: arguments[2])
  default: throw Usage()
  }
} catch {
  fatalExit(error)
}
