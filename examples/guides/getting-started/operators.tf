data "veeam_em_role" "vm_operator" {
  name = "VM Restore Operator"
}

data "veeam_em_hierarchy_root" "vcprod" {
  name = "vcprod.tech.local"
}

data "veeam_em_hierarchy_object" "vm01" {
  hierarchy_root_id = data.veeam_em_hierarchy_root.vcprod.id
  type              = "Vm"
  name              = "VM01"
}

# Jane may restore the virtual machine VM01, and nothing else.
resource "veeam_em_account" "jane" {
  account_type          = "User"
  account_name          = "TECH\\jane.operator"
  roles                 = [data.veeam_em_role.vm_operator.uid]
  allow_restore_all_vms = false

  restore_scope = [{
    hierarchy_obj_ref = data.veeam_em_hierarchy_object.vm01.hierarchy_obj_ref
    object_name       = data.veeam_em_hierarchy_object.vm01.name
  }]
}
