// SPDX-License-Identifier: MIT

/// An object that a C pointer stands for, from its creation to its destruction by the caller.
enum Handle {
  static func make<Object: AnyObject>(_ object: Object) -> OpaquePointer {
    unsafe OpaquePointer(Unmanaged.passRetained(object).toOpaque())
  }

  static func object<Object: AnyObject>(
    _ pointer: OpaquePointer?, _: Object.Type, _ name: String
  ) throws(InterfaceError) -> Object {
    guard let pointer = unsafe pointer else { throw .argument("\(name) is NULL") }
    return unsafe Unmanaged<Object>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue()
  }

  static func destroy<Object: AnyObject>(_ pointer: OpaquePointer?, _: Object.Type) {
    guard let pointer = unsafe pointer else { return }
    unsafe Unmanaged<Object>.fromOpaque(UnsafeRawPointer(pointer)).release()
  }
}
