// SPDX-License-Identifier: MIT

// The C library of this system. No other file imports it, so that what differs between systems is
// seen here.

#if canImport(Glibc)
  @_exported public import Glibc
#elseif canImport(Musl)
  @_exported public import Musl
#elseif canImport(Darwin)
  @_exported public import Darwin
#else
  #error("Overlap needs a POSIX C library: Glibc, Musl or Darwin")
#endif
