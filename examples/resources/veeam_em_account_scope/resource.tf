data "veeam_em_role" "vm_operator" {
  name = "VM Restore Operator"
}

resource "veeam_em_account" "operator" {
  account_type          = "Group"
  account_name          = "TECH\\linux-operators"
  roles                 = [data.veeam_em_role.vm_operator.uid]
  allow_restore_all_vms = false
  restore_scope = [{
    hierarchy_obj_ref = "urn:VMware:Folder:a2b0c55d-829a-4efe-bd95-125ee77ba9dd.group-v101"
    object_name       = "Linux"
  }]
  unlisted_scopes = "ignore" # veeam_em_account_scope manages the other scopes
}

# Another scope of the same account. It can be in a different module.
resource "veeam_em_account_scope" "web" {
  account_id        = veeam_em_account.operator.id
  hierarchy_obj_ref = "urn:VMware:Vm:a2b0c55d-829a-4efe-bd95-125ee77ba9dd.vm-101"
  object_name       = "web01"
}
