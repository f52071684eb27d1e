terraform {
  required_providers {
    helm = { source = "hashicorp/helm", version = ">= 3.0" }
  }
}

variable "host" {
  type = string
}

resource "helm_release" "this" {
  name       = "web"
  namespace  = "web"
  repository = "https://charts.globex.example"
  chart      = "web"
  version    = "1.0.0"
  values     = [jsonencode({ host = var.host })]
}

output "host" {
  value = var.host
}
