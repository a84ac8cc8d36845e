resource "veeam_em_account" "operators" {
  account_type          = "Group"
  account_name          = "TECH\\linux-operators"
  roles                 = [data.veeam_em_role.vm_operator.uid]
  allow_restore_all_vms = false
  restore_scope = [{
    hierarchy_obj_ref = data.veeam_em_hierarchy_object.linux.hierarchy_obj_ref
    object_name       = data.veeam_em_hierarchy_object.linux.name
  }]
  unlisted_scopes = "ignore" # veeam_em_account_scope resources manage the other scopes
}

resource "veeam_em_account_scope" "web01" {
  account_id        = veeam_em_account.operators.id
  hierarchy_obj_ref = data.veeam_em_hierarchy_object.web01.hierarchy_obj_ref
  object_name       = data.veeam_em_hierarchy_object.web01.name
}
