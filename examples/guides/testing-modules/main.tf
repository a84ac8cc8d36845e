variable "operator" {
  description = "Name of the restore operator, as Domain\\Name."
  type        = string
}

variable "vcenter" {
  description = "Name of the vCenter Server that the machines belong to."
  type        = string
}

variable "machines" {
  description = "Names of the machines that the operator may restore."
  type        = set(string)
}

data "veeam_em_role" "operator" {
  name = "VM Restore Operator"
}

data "veeam_em_hierarchy_root" "vcenter" {
  name = var.vcenter
}

data "veeam_em_hierarchy_object" "machine" {
  for_each          = var.machines
  hierarchy_root_id = data.veeam_em_hierarchy_root.vcenter.id
  name              = each.key
  type              = "Vm"
}

locals {
  scopes = [
    for machine in data.veeam_em_hierarchy_object.machine :
    { hierarchy_obj_ref = machine.hierarchy_obj_ref, object_name = machine.name }
  ]
}

resource "veeam_em_account" "operator" {
  account_type          = "User"
  account_name          = var.operator
  roles                 = [data.veeam_em_role.operator.uid]
  allow_restore_all_vms = false
  restore_scope         = local.scopes
}

resource "veeam_em_account_scopes_exclusive" "operator" {
  account_id = veeam_em_account.operator.id
  scopes     = local.scopes
}
