variables {
  operator = "TECH\\jane.operator"
  vcenter  = "vcprod.tech.local"
  machines = ["VM01", "db01"]
}

run "operator_may_restore_the_machines_only" {
  assert {
    condition     = data.veeam_em_hierarchy_object.machine["VM01"].hierarchy_obj_ref == "urn:VMware:Vm:a2b0c55d-829a-4efe-bd95-125ee77ba9dd.vm-7870"
    error_message = "VM01 is ${data.veeam_em_hierarchy_object.machine["VM01"].hierarchy_obj_ref}."
  }
  assert {
    condition     = length(veeam_em_account_scopes_exclusive.operator.scopes) == 2
    error_message = "The scopes are ${jsonencode(veeam_em_account_scopes_exclusive.operator.scopes)}."
  }
}

run "operator_loses_access_to_a_removed_machine" {
  variables {
    machines = ["VM01"]
  }
  assert {
    condition     = length(veeam_em_account.operator.unlisted_scope_names) == 0
    error_message = "The account still has ${join(", ", veeam_em_account.operator.unlisted_scope_names)}."
  }
}
