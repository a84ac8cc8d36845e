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

# Configure the products that you use: either of them, or both.
provider "veeam" {
  em = {
    endpoint = "https://enterprise04.tech.local:9398"
    username = "TECH\\svc-terraform"
    password = var.veeam_password
    ca_file  = "enterprise04.pem"
  }
  vb365 = {
    endpoint = "https://vb365.tech.local:4443"
    username = "TECH\\svc-terraform"
    password = var.veeam_password
    ca_file  = "vb365.pem"
  }
}
