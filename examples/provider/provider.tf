terraform {
  required_version = ">= 1.5"

  required_providers {
    veeam = {
      source  = "veeam-community/veeam"
      version = "~> 0.1.0"
    }
  }
}

# Configure the products that you use: either of them, or both.
# The passwords come from the environment variables VEEAM_EM_PASSWORD and VEEAM_VB365_PASSWORD.
provider "veeam" {
  em = {
    endpoint = "https://enterprise04.tech.local:9398"
    username = "TECH\\svc-terraform"
    ca_file  = "enterprise04.pem"
  }
  vb365 = {
    endpoint = "https://vb365.tech.local:4443"
    username = "TECH\\svc-terraform"
    ca_file  = "vb365.pem"
  }
}
