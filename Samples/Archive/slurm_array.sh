#!/bin/bash
# SPDX-License-Identifier: MIT

#SBATCH --job-name=overlap-archive
#SBATCH --array=1-100
#SBATCH --cpus-per-task=2
#SBATCH --requeue
# Aligns the pairs of a list by an array of tasks, each with a stretch of the list:
#
#   sbatch slurm_array.sh pairs.jsonl results
#
# makes results-1.jsonl to results-100.jsonl. PARTS is the number of stretches, if the array has
# another number of tasks. Stretches, because pairs that share a reference are neighbours in a good
# list, and one process decodes it once. Tasks that were broken off are given again as they were:
# sbatch --array=7,31 slurm_array.sh pairs.jsonl results
set -euo pipefail
pairs=$1 results=$2

split --number="l/$SLURM_ARRAY_TASK_ID/${PARTS:-100}" "$pairs" |
  "${OVERLAP:-overlap}" align --batch - --exit-zero --threads "${SLURM_CPUS_PER_TASK:-1}" \
    --resume "$results-$SLURM_ARRAY_TASK_ID.jsonl"
