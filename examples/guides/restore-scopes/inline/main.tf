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

data "veeam_em_hierarchy_object" "web01" {
  hierarchy_root_id = data.veeam_em_hierarchy_root.vcenter.id
  type              = "Vm"
  name              = "web01"
}

resource "veeam_em_account" "operators" {
  account_type          = "Group"
  account_name          = "TECH\\linux-operators"
  roles                 = [data.veeam_em_role.vm_operator.uid]
  allow_restore_all_vms = false
  restore_scope = [
    {
      hierarchy_obj_ref = data.veeam_em_hierarchy_object.linux.hierarchy_obj_ref
      object_name       = data.veeam_em_hierarchy_object.linux.name
    },
    {
      hierarchy_obj_ref = data.veeam_em_hierarchy_object.web01.hierarchy_obj_ref
      object_name       = data.veeam_em_hierarchy_object.web01.name
    },
  ]
}
