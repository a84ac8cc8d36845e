locals {
  # Everything that the group may restore.
  scopes = [
    for object in [data.veeam_em_hierarchy_object.linux, data.veeam_em_hierarchy_object.web01] :
    { hierarchy_obj_ref = object.hierarchy_obj_ref, object_name = object.name }
  ]
}

resource "veeam_em_account" "operators" {
  account_type          = "Group"
  account_name          = "TECH\\linux-operators"
  roles                 = [data.veeam_em_role.vm_operator.uid]
  allow_restore_all_vms = false
  restore_scope         = local.scopes
  unlisted_scopes       = "ignore" # veeam_em_account_scopes_exclusive removes the other scopes
}

resource "veeam_em_account_scopes_exclusive" "operators" {
  account_id = veeam_em_account.operators.id
  scopes     = local.scopes
}
