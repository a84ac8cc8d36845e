terraform {
  required_providers {
    veeam = {
      source = "veeam-community/veeam"
    }
  }
}

variable "veeam_password" {
  type      = string
  sensitive = true
}

provider "veeam" {
  em = {
    endpoint = "https://enterprise04.tech.local:9398"
    username = "TECH\\svc-terraform"
    password = var.veeam_password
    ca_file  = "enterprise04.pem"
  }
}
