enum ShippedWisdom {
  static let float = ""
  static let double = ""
}
