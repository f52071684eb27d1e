variable "name" {
  type = string
}

variable "sizes" {
  type    = list(number)
  default = []
}

variable "settings" {
  type     = object({ kind = string, replicas = optional(number, 1) })
  default  = { kind = "small" }
  nullable = false
}

output "arn" {
  value = var.name
}
