// Pictures of what the layers do:
//
//     LayerPictures digits IMAGES.idx OUT.png      a batch of kernels over the images of an idx file
//     LayerPictures colors OUT.png [BATCH.bin]     kernels of three channels over CIFAR-10's images
//     LayerPictures displacement OUT.png [A.png B.png]   the displacement between two frames
//
// Without a batch, `colors` makes images of CIFAR's shape; without frames, `displacement` makes two
// frames of particles in a vortex, whose displacement is known.

import CorrelationLayers
import SignalFiles

/// What the user is told when the arguments make no sense.
struct Usage: Error, CustomStringConvertible {
  let description = """
    usage: LayerPictures digits IMAGES.idx OUT.png
           LayerPictures colors OUT.png [BATCH.bin]
           LayerPictures displacement OUT.png [A.png B.png]
    """
}

do {
  let arguments = CommandLine.arguments.dropFirst()
  switch (arguments.first, arguments.count) {
  case ("digits", 3): try showDigits(arguments[2], output: arguments[3])
  case ("colors", 2...3):
    try showColors(arguments.count == 3 ? arguments[3] : nil, output: arguments[2])
  case ("displacement", 2): try showParticles(output: arguments[2])
  case ("displacement", 4): try showFrames(arguments[3], arguments[4], output: arguments[2])
  default: throw Usage()
  }
} catch {
  fatalExit(error)
}
