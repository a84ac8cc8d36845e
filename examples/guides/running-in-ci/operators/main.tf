data "veeam_em_role" "vm_operator" {
  name = "VM Restore Operator"
}

data "veeam_em_hierarchy_root" "vcenter" {
  name = "vcprod.tech.local"
}

data "veeam_em_hierarchy_object" "linux" {
  hierarchy_root_id = data.veeam_em_hierarchy_root.vcenter.id
  type              = "Folder"
  name              = "Linux"
}

resource "veeam_em_account" "linux" {
  account_type          = "Group"
  account_name          = "TECH\\linux-operators"
  roles                 = [data.veeam_em_role.vm_operator.uid]
  allow_restore_all_vms = false
  restore_scope = [{
    hierarchy_obj_ref = data.veeam_em_hierarchy_object.linux.hierarchy_obj_ref
    object_name       = data.veeam_em_hierarchy_object.linux.name
  }]
}
