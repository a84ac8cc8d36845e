# The role in role.tf is for this organization. The second act of `make demo` applies both files to a simulated server.
# For a real server, set VEEAM_VB365_ENDPOINT, VEEAM_VB365_USERNAME and VEEAM_VB365_PASSWORD, and your own names.

terraform {
  required_providers {
    veeam = {
      source = "veeam-community/veeam"
    }
  }
}

provider "veeam" {}

data "veeam_vb365_organization" "abc" {
  name = "abc.onmicrosoft.com"
}
