// SPDX-License-Identifier: MIT

/// Which of this machine's instruction sets the kernels of VectorKernels use in this process, so
/// that tests can run each of their instances and not only the best.
#pragma once

/// The sets that the kernels are compiled for, from the one that every processor has on.
enum instruction_set { INSTRUCTIONS_OF_ALL, INSTRUCTIONS_AVX2, INSTRUCTIONS_AVX512 };

/// How many there are here.
int instruction_set_count(void);

/// "plain", "AVX2", "AVX-512" or "NEON".
const char *instruction_set_name(enum instruction_set set);

/// Whether products are fused with additions in this set's kernels where they allow it.
int instruction_set_fuses(enum instruction_set set);

/// Makes kernels use this set, one of the machine's, from now on. For processes of one thread: a
/// kernel that is running elsewhere would go on with the other.
void use_instruction_set(enum instruction_set set);
