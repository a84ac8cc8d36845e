mock_provider "veeam" {
  mock_data "veeam_em_role" {
    defaults = { uid = "urn:veeam:EnterpriseRole:c11c0c38-ba8b-49c7-bf70-fc2058fff1e2" }
  }

  mock_data "veeam_em_hierarchy_root" {
    defaults = { id = "a2b0c55d-829a-4efe-bd95-125ee77ba9dd" }
  }

  mock_data "veeam_em_hierarchy_object" {
    defaults = { hierarchy_obj_ref = "urn:VMware:Vm:a2b0c55d-829a-4efe-bd95-125ee77ba9dd.vm-7870" }
  }

  mock_resource "veeam_em_account" {
    defaults = { id = "d6701c3d-15f4-421d-b376-c0e2634bc1f4" }
  }
}

variables {
  operator = "TECH\\jane.operator"
  vcenter  = "vcprod.tech.local"
  machines = ["VM01", "db01"]
}

run "operator_may_restore_the_machines_only" {
  assert {
    condition     = !veeam_em_account.operator.allow_restore_all_vms
    error_message = "The operator may restore everything."
  }
  assert {
    condition     = toset(veeam_em_account.operator.restore_scope[*].object_name) == toset(["VM01", "db01"])
    error_message = "The restore scope is ${jsonencode(veeam_em_account.operator.restore_scope)}."
  }
}
