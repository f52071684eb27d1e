variable "nothing" {
  type    = any
  default = "something"
}

variable "data" {
  type = any
}

variable "token" {
  type      = string
  ephemeral = true
}

module "common" {
  source = "../common"
  data   = var.data
}

output "data" {
  value = module.common.data
}

output "nothing" {
  value = var.nothing == null
}

output "token" {
  value     = var.token
  ephemeral = true
}
