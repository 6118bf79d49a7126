// SPDX-License-Identifier: MIT

/// One recording of a session: what a device wrote from one press of its button to the next.
package struct Take: Sendable {
  /// The names of the directories that it is in, from the root on.
  package var directories: [String]
  /// The name of the file.
  package var name: String
  /// The device's make and model, where the file tells them.
  package var model: String?
  /// In seconds.
  package var duration: Double
  /// When the device says that it was recorded; nil where it does not.
  package var stamp: TakeStamp?

  package init(
    directories: [String], name: String, model: String?, duration: Double, stamp: TakeStamp?
  ) {
    (self.directories, self.name, self.model) = (directories, name, model)
    (self.duration, self.stamp) = (duration, stamp)
  }
}
