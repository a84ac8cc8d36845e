terraform {
  required_version = ">= 1.5"

  required_providers {
    veeam = {
      source  = "veeam-community/veeam"
      version = "~> 0.1.0"
    }
  }
}

provider "veeam" {}
