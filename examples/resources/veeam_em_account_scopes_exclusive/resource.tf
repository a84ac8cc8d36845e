data "veeam_em_role" "vm_operator" {
  name = "VM Restore Operator"
}

locals {
  # Everything that the operator may restore.
  scopes = [
    {
      hierarchy_obj_ref = "urn:VMware:Vm:a2b0c55d-829a-4efe-bd95-125ee77ba9dd.vm-7870"
      object_name       = "VM01"
    },
    {
      hierarchy_obj_ref = "urn:VMware:Vm:a2b0c55d-829a-4efe-bd95-125ee77ba9dd.vm-15309"
      object_name       = "SQLSRV"
    },
  ]
}

resource "veeam_em_account" "operator" {
  account_type          = "User"
  account_name          = "TECH\\william.fox"
  roles                 = [data.veeam_em_role.vm_operator.uid]
  allow_restore_all_vms = false
  restore_scope         = local.scopes
  unlisted_scopes       = "ignore" # veeam_em_account_scopes_exclusive removes them
}

# If a scope is added outside Terraform, the next plan shows it and the next apply removes it.
resource "veeam_em_account_scopes_exclusive" "operator" {
  account_id = veeam_em_account.operator.id
  scopes     = local.scopes
}
