// SPDX-License-Identifier: MIT

internal import VectorKernels

/// The instruction set that the kernels use on this machine: "AVX-512", "AVX2", "NEON" or "plain".
package var instructionSet: String { unsafe String(cString: vk_instruction_set()) }
