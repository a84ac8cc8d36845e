# Invoked by an apply that creates or updates the account. The server then calculates immediately what it may restore.
action "veeam_em_rebuild_scopes" "new" {}

data "veeam_em_role" "vm_operator" {
  name = "VM Restore Operator"
}

resource "veeam_em_account" "operator" {
  account_type          = "User"
  account_name          = "TECH\\william.fox"
  roles                 = [data.veeam_em_role.vm_operator.uid]
  allow_restore_all_vms = false
  restore_scope = [{
    hierarchy_obj_ref = "urn:VMware:Vm:a2b0c55d-829a-4efe-bd95-125ee77ba9dd.vm-7870"
    object_name       = "VM01"
  }]

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.veeam_em_rebuild_scopes.new]
    }
  }
}
