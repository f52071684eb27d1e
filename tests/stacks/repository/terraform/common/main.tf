variable "data" {
  type = any
}

output "data" {
  value = var.data
}
