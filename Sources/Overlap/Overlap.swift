// SPDX-License-Identifier: MIT

// Everything that Overlap computes, by one import. Files are read and written by SignalFiles, which
// is imported by those who need it: it links libsndfile, libsoxr, libpng and zlib.

@_exported public import Alignment
@_exported public import ComplexModule
@_exported public import Convolution
@_exported public import CorrelationLayers
@_exported public import FourierTransform
@_exported public import ImageMatching
