import SignalFiles

/// The arguments of the command. Unlike those that the standard library makes of them, they still
/// name files whose names are not UTF-8.
func rawArguments() -> [String] {
  unsafe UnsafeBufferPointer(start: CommandLine.unsafeArgv, count: Int(CommandLine.argc))
    .dropFirst().compactMap { argument in unsafe argument.map { unsafe String(systemName: $0) } }
}
