# The settings of the operator in operator.tf. The first act of `make demo` applies both files to a simulated server.
# For a real server, set VEEAM_EM_ENDPOINT, VEEAM_EM_USERNAME and VEEAM_EM_PASSWORD, and your own restore_scope.

terraform {
  required_providers {
    veeam = {
      source = "veeam-community/veeam"
    }
  }
}

provider "veeam" {}

variable "account_name" {
  description = "Account of the operator, as Domain\\Name."
  type        = string
  default     = "TECH\\jane.operator"
}

variable "roles" {
  description = "Names of the security roles of the operator."
  type        = set(string)
  default     = ["VM Restore Operator"]
}

variable "restore_scope" {
  description = "The machines that the operator may restore."
  type = set(object({
    hierarchy_obj_ref = string
    object_name       = string
  }))
  default = [
    {
      hierarchy_obj_ref = "urn:VMware:Vm:a2b0c55d-829a-4efe-bd95-125ee77ba9dd.vm-7870"
      object_name       = "VM01"
    },
    {
      hierarchy_obj_ref = "urn:VMware:Vm:a2b0c55d-829a-4efe-bd95-125ee77ba9dd.vm-103"
      object_name       = "db01"
    },
  ]
}
