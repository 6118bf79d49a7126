#!/bin/bash
# SPDX-License-Identifier: MIT

# Aligns the pairs of a list by GNU parallel, a block of lines at a time on each machine of a file
# with their names, or on this one without such a file:
#
#   parallel.sh pairs.jsonl [machines] > results.jsonl
#
# One block at a time, because one process uses all cores of its machine.
set -euo pipefail

parallel --pipepart --arg-file "$1" --block "${BLOCK:-1M}" --jobs 1 \
  ${2+--sshloginfile "$2"} "${OVERLAP:-overlap}" align --batch - --exit-zero
