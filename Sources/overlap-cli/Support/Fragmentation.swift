import Platform

/// Keeps the GNU C Library from growing with the number of different lengths that are allocated.
///
/// It takes long blocks from the system and gives them back, but for those below a limit that rises
/// to the longest block that was ever freed (mallopt(3), `M_MMAP_THRESHOLD`): from then on they come
/// from heaps, where each new length finds the holes of others too short. Setting the limit keeps it.
func limitFragmentation() {
  typealias Setter = @convention(c) (_ parameter: CInt, _ value: CInt) -> CInt
  // Other C libraries do not have it, nor the fault.
  guard let address = unsafe dlsym(nil, "mallopt") else { return }
  let set = unsafe unsafeBitCast(address, to: Setter.self)
  let mappingThreshold: CInt = -3
  _ = set(mappingThreshold, 1 << 20)
}
